package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Authority;
import org.archipel.directory.access.Person;
import org.archipel.directory.access.Subject;

/** Who one is, and the links by which whoever has the machine opens the console. */
final class SessionRoutes {
  private final AccessParts access;
  private final Cookies cookies;
  private final Authority authority = new Authority();

  SessionRoutes(AccessParts access, Cookies cookies) {
    this.access = access;
    this.cookies = cookies;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/me", "getMe", "Who is calling, and what it is")
            .needs(Action.SELF, Concern.SITE)
            .answers(Me.class),
        this::me);
    routes.add(
        Operation.post(
                "/api/v1/console-links", "createConsoleLink", "A link that opens the console once")
            .needs(Action.MACHINE, Concern.SITE)
            .creates(ConsoleLink.class),
        this::drawLink);
    routes.add(
        Operation.get("/auth/once/{token}", "useConsoleLink", "Signs the administrator in, once")
            .path("token", "What the link holds")
            .forEverybody()
            .answersNothing(),
        this::useLink);
  }

  /** Who asks has the machine's token: the address that it called is as good as any. */
  private HttpResponse drawLink(Call call) {
    String authority = String.valueOf(call.request().authority());
    String path = "/auth/once/" + access.links().draw();
    return call.created(new ConsoleLink(access.signIn().pages().at(path, authority)));
  }

  private HttpResponse useLink(Call call) {
    if (!access.links().use(call.path("token"))) {
      throw new Refusal(
          Problem.Kind.UNAUTHENTICATED,
          "the link was used, or is older than 15 minutes (expected: a new one, from archipel"
              + " console-link)");
    }
    // Whatever session the browser had ends: its token is not taken over.
    cookies.session(call.request().headers()).ifPresent(access.sessions()::close);
    return redirect(URI.create("/"), cookies.setSession(access.sessions().openForAdministrator()));
  }

  /** Sends a browser on. 303: whatever the request was, the next is a GET. */
  static HttpResponse redirect(URI to, Json.Header... headers) {
    Json.Header[] all = new Json.Header[headers.length + 2];
    System.arraycopy(headers, 0, all, 0, headers.length);
    all[headers.length] = new Json.Header(HttpHeaderNames.LOCATION, to.toString());
    all[headers.length + 1] = new Json.Header(HttpHeaderNames.REFERRER_POLICY, "no-referrer");
    return Json.respond(HttpStatus.SEE_OTHER, MediaType.PLAIN_TEXT_UTF_8, new byte[0], all);
  }

  private HttpResponse me(Call call) {
    Optional<String> csrf = call.identity().session().map(Cookies::csrfToken);
    return switch (call.subject()) {
      case Subject.Administrator _ ->
          call.answer(
              new Me(
                  true,
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  List.of(),
                  may(call.subject()),
                  csrf));
      case Subject.Person who -> {
        Person person =
            access.persons().find(who.id()).orElseThrow(() -> Refusal.notFound("person"));
        yield call.answer(
            new Me(
                false,
                Optional.of(person.id()),
                Optional.of(person.displayName()),
                person.email(),
                person.roles().stream().map(PersonRoutes::view).toList(),
                may(call.subject()),
                csrf));
      }
    };
  }

  private List<String> may(Subject subject) {
    return Arrays.stream(Action.values())
        .filter(action -> authority.mayAnywhere(subject, action))
        .map(Action::word)
        .toList();
  }

  private record Me(
      @JsonPropertyDescription("whether it is the machine's administrator") boolean administrator,
      Optional<String> id,
      Optional<String> displayName,
      Optional<String> email,
      List<PersonRoutes.RoleView> roles,
      @JsonPropertyDescription("what the caller may do somewhere, so that a page offers no more")
          List<String> may,
      @JsonPropertyDescription("what a change by this session sends as x-csrf-token")
          Optional<String> csrfToken) {}

  private record ConsoleLink(
      @JsonPropertyDescription("opens the console once, within 15 minutes") URI url) {}
}
