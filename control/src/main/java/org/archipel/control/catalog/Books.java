package org.archipel.control.catalog;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.archipel.control.catalog.CatalogException.Kind;
import org.archipel.directory.access.SiteKey;
import org.archipel.engines.EngineRegistry;
import org.archipel.engines.ModelSpec;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;

/**
 * What is stored, what follows from it, and the one way to change both: checked, written in one
 * transaction with its line in the audit log, then told to the registry. Thread-safe.
 */
final class Books {
  private final Database database;
  private final AuditLog audit;
  private final EngineRegistry registry;
  private final List<ModelSpec> files;
  private final SiteKey key;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Present present;

  /** What is stored, and what follows from it. */
  private record Present(Entries entries, Plan plan) {}

  Books(
      Database database,
      AuditLog audit,
      EngineRegistry registry,
      List<ModelSpec> files,
      SiteKey key,
      Clock clock) {
    this.database = database;
    this.audit = audit;
    this.registry = registry;
    this.files = List.copyOf(files);
    this.key = key;
    this.clock = clock;
    database.migrate("catalog");
    Entries stored = database.read(CatalogStore::load);
    this.present = new Present(stored, Plan.of(this.files, stored, this::apiKey));
    registry.configure(plan().models(), plan().draining());
  }

  Entries entries() {
    return present.entries();
  }

  Plan plan() {
    return present.plan();
  }

  /** What callers can ask for now, discovered models too. */
  EngineRegistry registry() {
    return registry;
  }

  boolean fileHasModel(String id) {
    return files.stream().anyMatch(model -> model.id().equals(id));
  }

  boolean fileHasEngine(String id) {
    return hasEngine(files, id);
  }

  static boolean hasEngine(List<ModelSpec> models, String id) {
    return models.stream()
        .flatMap(model -> model.engines().stream())
        .anyMatch(engine -> engine.id().equals(id));
  }

  /** The API key of an engine; empty when it has none, or one that this site cannot open. */
  Optional<String> apiKey(StoredEngine engine) {
    String purpose = StoredEngine.purpose(engine.draft().id());
    return engine.sealedApiKey().flatMap(text -> key.open(purpose, text));
  }

  String sealed(String engine, String secret) {
    return key.seal(StoredEngine.purpose(engine), secret);
  }

  /** Checks what follows from a change, writes it, and lets the registry follow. */
  void swap(Entries changed, Consumer<Handle> write) {
    Plan before = present.plan();
    Plan after = Plan.of(files, changed, this::apiKey);
    checkNothingTurnsOff("model", before.offModels(), after.offModels());
    checkNothingTurnsOff("engine", before.offEngines(), after.offEngines());
    checkDiscovered(changed);
    database.write(
        handle -> {
          write.accept(handle);
          return true;
        });
    present = new Present(changed, after);
    registry.configure(after.models(), after.draining());
  }

  /** Also the entry itself: what is not of use is not taken. */
  private static void checkNothingTurnsOff(
      String what, Map<String, String> before, Map<String, String> after) {
    after.forEach(
        (id, why) -> {
          if (!before.containsKey(id)) {
            throw clash(what + " " + id + " could not be used then: " + why);
          }
        });
  }

  /** What was discovered keeps its name: an alias would hide it. */
  private void checkDiscovered(Entries changed) {
    for (StoredModel model : changed.models()) {
      for (String alias : model.draft().aliases()) {
        boolean known = present.entries().model(alias).isPresent() || fileHasModel(alias);
        if (!known && registry.find(alias).filter(m -> m.id().equals(alias)).isPresent()) {
          throw clash("alias " + alias + " is a model that was found at an engine");
        }
      }
    }
  }

  /** Changes come one after the other. */
  <T> T locked(Supplier<T> change) {
    lock.lock();
    try {
      return change.get();
    } finally {
      lock.unlock();
    }
  }

  Made made(Actor actor) {
    return new Made(1, now(), actor.toString());
  }

  void append(
      Handle handle, Actor actor, String action, String subject, Map<String, String> details) {
    Optional<String> owner = Optional.ofNullable(details.get("owner"));
    audit.append(handle, new AuditEntry(actor, action, subject, owner, details));
  }

  static void checkVersion(String what, Made made, OptionalLong expected) {
    if (expected.isPresent() && expected.getAsLong() != made.version()) {
      throw new CatalogException(
          Kind.CONFLICT_VERSION,
          "%s is at version %d (expected: %d; read it again)"
              .formatted(what, made.version(), expected.getAsLong()));
    }
  }

  static CatalogException clash(String message) {
    return new CatalogException(Kind.CLASH, message);
  }

  static CatalogException readOnly(String message) {
    return new CatalogException(Kind.READ_ONLY, message);
  }

  static CatalogException notFound(String what, String id) {
    return new CatalogException(Kind.NOT_FOUND, what + " " + Form.shown(id) + " does not exist");
  }

  Drain drain(Actor actor, String engine) {
    return new Drain(engine, now(), actor.toString());
  }

  /** As precise as what is stored. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
