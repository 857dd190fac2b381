package org.archipel.directory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.archipel.directory.ApiKey.Life;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.directory.LoadedKeys.LastUse;
import org.archipel.storage.Actor;
import org.archipel.storage.Page;
import org.archipel.storage.PageCursor;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;

/**
 * The API keys of a directory. Thread-safe; all methods block. What a method changes, the key ring
 * follows before the method returns.
 */
public final class Keys {
  /** How long a key that was rotated goes on working, when nothing else is said. */
  public static final Duration USUAL_OVERLAP = Duration.ofHours(24);

  private static final Duration LONGEST_OVERLAP = Duration.ofDays(366);

  private final Register register;
  private final Standings standings;
  private final LoadedKeys loaded;

  Keys(Register register, Standings standings, LoadedKeys loaded) {
    this.register = register;
    this.standings = standings;
    this.loaded = loaded;
  }

  /** Creates a key that the key ring accepts at once. Its secret exists in the answer only. */
  public NewKey create(Actor actor, String organization, String project, KeyProfile profile) {
    Names.checkExpiry(profile.expiresAt(), register.now());
    return standings.inOrder(
        () ->
            made(
                actor,
                organization,
                project,
                profile,
                (handle, key) -> log(handle, actor, "key.create", key, created(key))));
  }

  /** What else belongs into the transaction that stores a new key. */
  private interface Beside {
    void run(Handle handle, ApiKey key);
  }

  private NewKey made(
      Actor actor, String organization, String project, KeyProfile profile, Beside beside) {
    String secret = KeyText.drawSecret(register.random());
    String hash = KeyText.secretHash(secret);
    while (true) {
      Optional<String> by = Optional.of(actor.toString());
      Life life =
          new Life(register.now(), by, Optional.empty(), Optional.empty(), Optional.empty());
      ApiKey key = new ApiKey(register.drawId(), organization, project, profile, life, 1);
      boolean stored =
          register
              .database()
              .write(
                  handle -> {
                    requireOpen(handle, organization, project);
                    boolean inserted = KeyRows.insert(handle, key, hash);
                    if (inserted) {
                      beside.run(handle, key);
                    }
                    return inserted;
                  });
      if (stored) {
        loaded.add(key, hash);
        return new NewKey(key, KeyText.of(key.id(), secret));
      }
    }
  }

  private static void requireOpen(Handle handle, String organization, String project) {
    if (Projects.require(handle, organization, project).archivedAt().isPresent()) {
      throw new DirectoryException(
          Kind.CONFLICT, "project " + project + " of " + organization + " is archived");
    }
  }

  private static Map<String, String> created(ApiKey key) {
    Map<String, String> details = key.profile().described();
    details.put("project", key.project());
    return details;
  }

  /** Keys by age. Expired and revoked ones too. */
  public Page<ApiKey> list(KeyFilter filter, PageRequest page) {
    Conditions conditions =
        new Conditions()
            .addIf("organization = :organization", "organization", filter.organization())
            .addIf("project = :project", "project", filter.project())
            .visible(filter.visible(), "organization", Optional.of("project"));
    page.cursor(2)
        .ifPresent(
            at ->
                conditions
                    .add("(created_at, id) > (:afterAt, :after)", "afterAt", at.number(0))
                    .with("after", at.value(1)));
    conditions.with("rows", page.rows());
    return register
        .database()
        .read(
            handle -> {
              filter.organization().ifPresent(name -> OrganizationRows.requireExists(handle, name));
              if (filter.organization().isPresent() && filter.project().isPresent()) {
                Projects.require(handle, filter.organization().get(), filter.project().get());
              }
              List<ApiKey> keys =
                  KeyRows.list(handle, conditions, " ORDER BY created_at, id LIMIT :rows");
              return Page.of(
                      keys, page, last -> PageCursor.of(last.createdAt().toEpochMilli(), last.id()))
                  .map(loaded::withLastUse);
            });
  }

  /**
   * The key of an id from memory, also while the database is away: what somebody needs to know who
   * has to stop it now.
   */
  public Optional<ApiKey> held(String id) {
    return loaded.find(id);
  }

  /** The key of an id, if there is one. */
  public Optional<ApiKey> find(String id) {
    return register.database().read(handle -> KeyRows.find(handle, id)).map(loaded::withLastUse);
  }

  /**
   * Changes the terms of a living key, at once and without a new secret. A change that changes
   * nothing leaves no trace.
   *
   * @param expected the version that it must have, if that matters
   * @throws DirectoryException also of kind CONFLICT when the key was revoked
   */
  public ApiKey change(
      Actor actor, String id, OptionalLong expected, UnaryOperator<KeyProfile> change) {
    checkId(id);
    return standings.inOrder(
        () -> {
          ApiKey changed =
              register.database().write(handle -> changed(handle, actor, id, expected, change));
          loaded.change(changed);
          return loaded.withLastUse(changed);
        });
  }

  private ApiKey changed(
      Handle handle,
      Actor actor,
      String id,
      OptionalLong expected,
      UnaryOperator<KeyProfile> change) {
    ApiKey before = requireLiving(handle, id, expected);
    KeyProfile profile = change.apply(before.profile());
    if (profile.equals(before.profile())) {
      return before;
    }
    if (!profile.expiresAt().equals(before.expiresAt())) {
      Names.checkExpiry(profile.expiresAt(), register.now());
    }
    ApiKey after = with(before, profile, before.life());
    KeyRows.update(handle, after);
    log(
        handle,
        actor,
        "key.change",
        after,
        Register.changes(before.profile().described(), profile.described()));
    return after;
  }

  /**
   * Makes a successor of a key, with a secret of its own and the same terms. The old key goes on
   * working for the overlap, and no longer.
   *
   * @param expected the version that the old key must have, if that matters
   * @param overlap zero, for none, to a year; a key that ends sooner still ends then
   * @throws DirectoryException also of kind CONFLICT when the key was revoked, has expired or has a
   *     successor already
   */
  public NewKey rotate(Actor actor, String id, OptionalLong expected, Duration overlap) {
    checkId(id);
    if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
      throw Names.invalid("overlap", overlap.toString(), "0 to " + LONGEST_OVERLAP.toDays() + "d");
    }
    return standings.inOrder(
        () -> {
          ApiKey old = register.database().read(handle -> requireLiving(handle, id, expected));
          Instant now = register.now();
          if (old.expiresAt().filter(end -> !end.isAfter(now)).isPresent()) {
            throw new DirectoryException(Kind.CONFLICT, "key " + id + " has expired");
          }
          if (old.life().successor().isPresent()) {
            throw new DirectoryException(
                Kind.CONFLICT,
                "key " + id + " was rotated: its successor is " + old.life().successor().get());
          }
          Instant end = now.plus(overlap);
          Instant ends = old.expiresAt().filter(sooner -> sooner.isBefore(end)).orElse(end);
          NewKey successor =
              made(
                  actor,
                  old.organization(),
                  old.project(),
                  old.profile(),
                  (handle, key) -> {
                    KeyRows.update(handle, ending(old, ends, key.id()));
                    Map<String, String> details =
                        Map.of("successor", key.id(), "expires_at", ends.toString());
                    log(handle, actor, "key.create", key, created(key));
                    log(handle, actor, "key.rotate", old, details);
                  });
          loaded.change(ending(old, ends, successor.key().id()));
          return successor;
        });
  }

  private static ApiKey ending(ApiKey old, Instant at, String successor) {
    Life was = old.life();
    Life life =
        new Life(
            was.createdAt(),
            was.createdBy(),
            was.revokedAt(),
            was.lastUsedAt(),
            Optional.of(successor));
    return with(old, old.profile().withExpiry(Optional.of(at)), life);
  }

  /**
   * Stops a key for ever, at once. Doing it again changes nothing.
   *
   * <p>When the database fails the key is stopped all the same, until a restart: with a leaked key
   * and a full disk that is the safe side. The failure is thrown, and the revocation has to be
   * asked for again once the database works.
   *
   * @param id the 12 characters between the hyphens
   */
  public ApiKey revoke(Actor actor, String id) {
    checkId(id);
    return standings.inOrder(
        () -> {
          loaded.revoke(id);
          ApiKey revoked = register.database().write(handle -> revoked(handle, actor, id));
          loaded.change(revoked);
          return loaded.withLastUse(revoked);
        });
  }

  private ApiKey revoked(Handle handle, Actor actor, String id) {
    ApiKey before = require(handle, id);
    if (before.revokedAt().isPresent()) {
      return before;
    }
    Life was = before.life();
    Life life =
        new Life(
            was.createdAt(),
            was.createdBy(),
            Optional.of(register.now()),
            was.lastUsedAt(),
            was.successor());
    ApiKey after = with(before, before.profile(), life);
    KeyRows.update(handle, after);
    log(handle, actor, "key.revoke", after, Map.of());
    return after;
  }

  private static ApiKey with(ApiKey before, KeyProfile profile, Life life) {
    return new ApiKey(
        before.id(), before.organization(), before.project(), profile, life, before.version() + 1);
  }

  private static void checkId(String id) {
    if (!KeyText.isId(id)) {
      // Not repeated: it may be a whole key with its secret.
      throw Names.invalid("key", "not an id", "the 12 characters between ark- and the next '-'");
    }
  }

  private static ApiKey require(Handle handle, String id) {
    return KeyRows.find(handle, id)
        .orElseThrow(() -> new DirectoryException(Kind.NOT_FOUND, "key " + id + " does not exist"));
  }

  private static ApiKey requireLiving(Handle handle, String id, OptionalLong expected) {
    ApiKey key = require(handle, id);
    Register.checkVersion("key " + id, expected, key.version());
    if (key.revokedAt().isPresent()) {
      throw new DirectoryException(Kind.CONFLICT, "key " + id + " was revoked");
    }
    return key;
  }

  private void log(
      Handle handle, Actor actor, String action, ApiKey key, Map<String, String> details) {
    register.log(
        handle, actor, action, new Register.Subject(key.id(), key.organization(), details));
  }

  void saveLastUses() {
    List<LastUse> uses = loaded.unsavedUses();
    if (!uses.isEmpty()) {
      register
          .database()
          .write(
              handle -> {
                KeyRows.save(handle, uses);
                return uses.size();
              });
      loaded.saved(uses);
    }
  }
}
