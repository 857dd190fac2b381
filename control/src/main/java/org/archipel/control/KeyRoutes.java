package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.archipel.control.KeyViews.CreatedKey;
import org.archipel.control.KeyViews.KeyChange;
import org.archipel.control.KeyViews.KeyView;
import org.archipel.control.KeyViews.KeyWish;
import org.archipel.control.KeyViews.Rotation;
import org.archipel.control.KeyViews.SetUserSecret;
import org.archipel.control.KeyViews.UserSecretWish;
import org.archipel.control.Operation.Concern;
import org.archipel.control.oidc.UserTokens;
import org.archipel.directory.ApiKey;
import org.archipel.directory.KeyFilter;
import org.archipel.directory.Keys;
import org.archipel.directory.NewKey;
import org.archipel.directory.UserProof;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Scope;
import org.archipel.directory.access.SiteKey;

/** API keys. A secret is in the answer that made it, and nowhere else. */
final class KeyRoutes {
  private static final String ALL = "/api/v1/keys";
  private static final String ONE = ALL + "/{id}";
  private static final String ID = "The 12 characters between the key's hyphens";
  private static final String SHOWN_ONCE =
      "the secret was shown in the answer to the first request, and is not kept";

  private final Keys keys;
  private final SiteKey siteKey;
  private final SecureRandom random = new SecureRandom();
  private final Clock clock;

  /**
   * @param siteKey seals what is kept of secrets that have to be read again
   */
  KeyRoutes(Keys keys, SiteKey siteKey, Clock clock) {
    this.keys = keys;
    this.siteKey = siteKey;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get(ALL, "listKeys", "API keys by age, without their secrets")
            .query("organization", "Only those of this organization")
            .query("project", "Only those of this project of the organization")
            .needs(Action.KEY_READ, Concern.LISTED)
            .pages(KeyView.class),
        this::list);
    routes.add(
        Operation.post(ALL, "createKey", "Creates a key and shows its secret once")
            .needs(Action.KEY_CHANGE, Concern.FOUND)
            .takes(KeyWish.class)
            .creates(CreatedKey.class)
            .repeatable(),
        this::create);
    routes.add(
        Operation.get(ONE, "getKey", "One key, without its secret")
            .path("id", ID)
            .needs(Action.KEY_READ, Concern.FOUND)
            .answers(KeyView.class)
            .tagged(),
        call -> answer(call, found(call)));
    routes.add(
        Operation.patch(ONE, "changeKey", "Changes the terms of a living key, at once")
            .path("id", ID)
            .needs(Action.KEY_CHANGE, Concern.FOUND)
            .takes(KeyChange.class)
            .answers(KeyView.class)
            .tagged()
            .conditional(),
        this::change);
    routes.add(
        Operation.post(ONE + "/rotate", "rotateKey", "Makes a successor; the old key ends later")
            .path("id", ID)
            .needs(Action.KEY_CHANGE, Concern.FOUND)
            .takes(Rotation.class)
            .creates(CreatedKey.class)
            .conditional()
            .repeatable(),
        this::rotate);
    routes.add(
        Operation.delete(ONE, "revokeKey", "Stops a key for ever, at once")
            .path("id", ID)
            .needs(Action.KEY_CHANGE, Concern.FOUND)
            .answers(KeyView.class),
        this::revoke);
    routes.add(
        Operation.put(
                ONE + "/user-secret",
                "setUserSecret",
                "Sets the secret with which the key's application signs who is behind a request")
            .path("id", ID)
            .needs(Action.KEY_CHANGE, Concern.FOUND)
            .takes(UserSecretWish.class)
            .answers(SetUserSecret.class)
            .tagged()
            .conditional(),
        this::setUserSecret);
    routes.add(
        Operation.delete(ONE + "/user-secret", "removeUserSecret", "Requests name nobody any more")
            .path("id", ID)
            .needs(Action.KEY_CHANGE, Concern.FOUND)
            .answers(KeyView.class)
            .tagged()
            .conditional(),
        this::removeUserSecret);
  }

  private HttpResponse list(Call call) {
    Optional<String> organization = call.query("organization");
    Optional<String> project = call.query("project");
    KeyFilter filter = new KeyFilter(organization, project, call.visible(organization, project));
    Instant now = clock.instant();
    return call.page(keys.list(filter, call.page()).map(key -> KeyView.of(key, now)));
  }

  private HttpResponse create(Call call) {
    KeyWish wish = call.body(KeyWish.class);
    String organization = OrganizationViews.required("organization", wish.organization());
    String project = OrganizationViews.required("project", wish.project());
    call.demand(new Scope.Project(organization, project));
    return made(
        call, keys.create(call.actor(), organization, project, wish.profile(clock.instant())));
  }

  private HttpResponse made(Call call, NewKey made) {
    KeyView view = KeyView.of(made.key(), clock.instant());
    return call.createdOnce(
        new CreatedKey(Optional.of(made.secret()), Optional.empty(), view),
        new CreatedKey(Optional.empty(), Optional.of(SHOWN_ONCE), view));
  }

  /** The key of the path, when the caller may do with it what it wants to. */
  private ApiKey found(Call call) {
    Optional<ApiKey> key = keys.find(call.path("id"));
    if (key.isEmpty()) {
      call.demand(new Scope.Site());
      throw Refusal.notFound("there is no key of this id");
    }
    call.demand(new Scope.Project(key.get().organization(), key.get().project()));
    return key.get();
  }

  private HttpResponse change(Call call) {
    KeyChange change = call.body(KeyChange.class);
    String id = found(call).id();
    Instant now = clock.instant();
    return answer(
        call, keys.change(call.actor(), id, call.expected(), before -> change.of(before, now)));
  }

  private HttpResponse rotate(Call call) {
    Optional<String> overlap = call.body(Rotation.class).overlap();
    String id = found(call).id();
    Instant now = clock.instant();
    Duration length =
        overlap
            .map(text -> Duration.between(now, TimeParameter.future("overlap", text, now)))
            .orElse(Keys.USUAL_OVERLAP);
    return made(call, keys.rotate(call.actor(), id, call.expected(), length));
  }

  private HttpResponse revoke(Call call) {
    String id = call.path("id");
    // From memory: a leaked key has to stop also while the database is away.
    keys.held(id)
        .ifPresentOrElse(
            key -> call.demand(new Scope.Project(key.organization(), key.project())),
            () -> call.demand(new Scope.Site()));
    return answer(call, keys.revoke(call.actor(), id));
  }

  private HttpResponse setUserSecret(Call call) {
    UserSecretWish wish = call.body(UserSecretWish.class);
    String id = found(call).id();
    Optional<String> drawn =
        wish.secret().isPresent() ? Optional.empty() : Optional.of(SiteKey.draw(random));
    String secret = wish.secret().or(() -> drawn).orElseThrow();
    UserProof proof = UserTokens.proof(siteKey, secret, wish.required().orElse(false));
    ApiKey key =
        keys.change(
            call.actor(), id, call.expected(), before -> before.withUserProof(Optional.of(proof)));
    KeyView view = KeyView.of(key, clock.instant());
    return call.answer(new SetUserSecret(drawn, view), key.version());
  }

  private HttpResponse removeUserSecret(Call call) {
    String id = found(call).id();
    return answer(
        call,
        keys.change(
            call.actor(), id, call.expected(), before -> before.withUserProof(Optional.empty())));
  }

  private HttpResponse answer(Call call, ApiKey key) {
    return call.answer(KeyView.of(key, clock.instant()), key.version());
  }
}
