package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.QueryParams;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.archipel.control.Operation.Concern;
import org.archipel.control.oidc.Attempt;
import org.archipel.control.oidc.Provider;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Person;
import org.archipel.directory.access.Session;
import org.archipel.directory.access.Sessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sign-in and logout by OpenID Connect providers (code flow with PKCE). */
final class SignInRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(SignInRoutes.class);
  private static final String PURPOSE = "sign-in attempt";
  private static final Duration ATTEMPT = Duration.ofMinutes(10);
  private static final int LONGEST_CODE = 4096;
  private static final int LONGEST_TOKEN = 16 << 10;

  private final AccessParts access;
  private final Cookies cookies;
  private final Clock clock;

  SignInRoutes(AccessParts access, Cookies cookies, Clock clock) {
    this.access = access;
    this.cookies = cookies;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get("/auth/providers", "listProviders", "By whom one can sign in")
            .forEverybody()
            .lists(ProviderView.class),
        call ->
            call.items(
                access.signIn().providers().stream()
                    .map(one -> new ProviderView(one.options().id(), one.options().name()))
                    .toList()));
    routes.add(
        Operation.get("/auth/login/{provider}", "beginSignIn", "Sends the browser to a provider")
            .path("provider", "The provider's id")
            .query("return_to", "A path of ours, where to go after it")
            .forEverybody()
            .answersNothing(),
        this::begin);
    routes.add(
        Operation.get("/auth/callback/{provider}", "endSignIn", "Where the provider sends it back")
            .path("provider", "The provider's id")
            .forEverybody()
            .parametersOfOthers()
            .answersNothing(),
        this::end);
    routes.add(
        Operation.post("/auth/logout", "logout", "Ends the session")
            .needs(Action.SELF, Concern.SITE)
            .answers(LoggedOut.class),
        this::logout);
    routes.add(
        Operation.post("/auth/backchannel/{provider}", "backChannelLogout", "A provider's logout")
            .path("provider", "The provider's id")
            .forEverybody()
            .answersNothing(),
        this::backChannel);
  }

  private Provider provider(Call call) {
    return access.signIn().providers().stream()
        .filter(one -> one.options().id().equals(call.path("provider")))
        .findFirst()
        .orElseThrow(
            () -> Refusal.notFound("provider: unknown (expected: one of /auth/providers)"));
  }

  private URI callback(Provider provider) {
    return access.signIn().pages().at("/auth/callback/" + provider.options().id(), "");
  }

  private HttpResponse begin(Call call) {
    Provider provider = provider(call);
    String returnTo = call.query("return_to").orElse("/");
    if (!isOurs(returnTo)) {
      throw Refusal.badRequest("return_to: not a path of ours (expected: /…)");
    }
    Attempt attempt = provider.attempt(returnTo);
    URI to = provider.authorization(attempt, callback(provider));
    String hidden = access.signIn().key().seal(PURPOSE, attempt.text());
    return SessionRoutes.redirect(to, cookies.setLogin(hidden, ATTEMPT.toSeconds()));
  }

  /**
   * A path on this host: a browser reads two slashes, or one of the other kind, as another host.
   */
  private static boolean isOurs(String path) {
    return path.matches("/([A-Za-z0-9._~-][A-Za-z0-9._~/?&=%-]*)?") && !path.contains("//");
  }

  private HttpResponse end(Call call) {
    Provider provider = provider(call);
    Attempt attempt = attempt(call, provider);
    if (call.query("error", LONGEST_CODE).isPresent()) {
      throw unauthenticated("the provider did not sign you in");
    }
    String issuer = call.query("iss", LONGEST_CODE).orElse(provider.options().issuer());
    String code = call.query("code", LONGEST_CODE).orElse("");
    if (code.isEmpty() || !issuer.equals(provider.options().issuer())) {
      throw unauthenticated("the provider's answer is not one to this sign-in");
    }
    Provider.Arrival arrival = provider.arrive(attempt, code, callback(provider));
    if (arrival.foreignOnly()) {
      throw Refusal.notPermitted(
          "the provider names institutions that it may not speak for (expected: its own)");
    }
    Person person = access.persons().signedIn(arrival.who());
    cookies.session(call.request().headers()).ifPresent(access.sessions()::close);
    String session =
        access
            .sessions()
            .open(
                person.id(),
                new Sessions.By(provider.options().id(), arrival.sid(), arrival.idToken()));
    LOG.info("person {} signed in by {}", person.id(), provider.options().id());
    return SessionRoutes.redirect(
        URI.create(attempt.returnTo()), cookies.setSession(session), cookies.clearLogin());
  }

  /** The attempt that this browser began, at this provider, with this state, not long ago. */
  private Attempt attempt(Call call, Provider provider) {
    String state = call.query("state", LONGEST_CODE).orElse("");
    return cookies
        .login(call.request().headers())
        .flatMap(hidden -> access.signIn().key().open(PURPOSE, hidden))
        .map(Attempt::parse)
        .filter(one -> one.provider().equals(provider.options().id()))
        .filter(one -> clock.millis() - one.atMillis() < ATTEMPT.toMillis())
        .filter(
            one ->
                MessageDigest.isEqual(
                    one.state().getBytes(StandardCharsets.UTF_8),
                    state.getBytes(StandardCharsets.UTF_8)))
        .orElseThrow(
            () ->
                unauthenticated(
                    "this browser did not begin this sign-in, or more than 10 minutes ago"));
  }

  private static Refusal unauthenticated(String detail) {
    return new Refusal(Problem.Kind.UNAUTHENTICATED, detail);
  }

  private HttpResponse logout(Call call) {
    Optional<String> token = call.identity().session();
    Optional<Session> session = token.flatMap(access.sessions()::find);
    token.ifPresent(access.sessions()::close);
    Optional<URI> next =
        session
            .flatMap(Session::provider)
            .flatMap(
                id ->
                    access.signIn().providers().stream()
                        .filter(one -> one.options().id().equals(id))
                        .findFirst())
            .flatMap(
                provider ->
                    session
                        .flatMap(Session::idToken)
                        .flatMap(
                            idToken ->
                                provider.logout(idToken, access.signIn().pages().at("/", ""))));
    return call.answer(new LoggedOut(next), cookies.clearSession());
  }

  private HttpResponse backChannel(Call call) {
    Provider provider = provider(call);
    String form = call.request().contentUtf8();
    if (form.length() > LONGEST_TOKEN) {
      throw Refusal.badRequest("logout_token: too long");
    }
    String token = QueryParams.fromQueryString(form).get("logout_token", "");
    Provider.LogoutNotice notice = provider.logoutNotice(token);
    String id = provider.options().id();
    int ended =
        notice
            .sid()
            .map(sid -> access.sessions().closeOfProviderSession(id, sid))
            .orElseGet(
                () ->
                    access
                        .sessions()
                        .closeOfPerson(
                            id, provider.options().issuer(), notice.subject().orElse("")));
    LOG.info("provider {} ended {} sessions", id, ended);
    return call.nothing();
  }

  private record ProviderView(
      @JsonPropertyDescription("for /auth/login/{provider}") String id, String name) {}

  private record LoggedOut(
      @JsonPropertyDescription("where to go to end the provider's session too")
          Optional<URI> next) {}
}
