package org.archipel.control.catalog;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.archipel.storage.Actor;

/** The engines of the store, and the draining of all. Thread-safe; changes block. */
public final class CatalogEngines implements AutoCloseable {
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);

  private final Books books;
  private final EngineFitness fitness = new EngineFitness(PROBE_LIMIT);

  CatalogEngines(Books books) {
    this.books = books;
  }

  /** All, in the order in which they were added. */
  public List<StoredEngine> all() {
    return books.entries().engines();
  }

  /** The one of that id. */
  public Optional<StoredEngine> find(String id) {
    return books.entries().engine(id);
  }

  /** Whether an engine, whoever described it, gets no new requests, and since when. */
  public Optional<Drain> drain(String engine) {
    return books.entries().drain(engine);
  }

  /** Why it is not used; empty when it is. */
  public Optional<String> whyOff(String id) {
    return Optional.ofNullable(books.plan().offEngines().get(id));
  }

  /** Whether the configuration file has an engine of that id. */
  public boolean inFile(String id) {
    return books.fileHasEngine(id);
  }

  /** Adds an engine to models of the store or the file, after having asked it. */
  public StoredEngine add(Actor actor, EngineWish wish) {
    checkNew(wish.draft());
    Optional<String> secret = secret(wish, Optional.empty());
    EngineDraft draft = fitting(wish, secret, true);
    return books.locked(
        () -> {
          checkNew(draft);
          StoredEngine added = new StoredEngine(draft, sealed(draft, secret), books.made(actor));
          return putEngine(actor, "engine.add", added);
        });
  }

  private void checkNew(EngineDraft draft) {
    if (find(draft.id()).isPresent()) {
      throw Books.clash("engine " + draft.id() + " exists already");
    }
    // One that was discovered under this id is another server, unless it has the same URL.
    books.registry().models().stream()
        .flatMap(model -> model.engines().stream())
        .filter(known -> known.id().equals(draft.id()) && !known.url().equals(draft.url()))
        .findFirst()
        .ifPresent(
            known -> {
              throw Books.clash("engine " + draft.id() + " exists already, at " + known.url());
            });
  }

  /**
   * Changes an engine of the store. It is asked when others would be reached by the change.
   *
   * @param expected the version that is to be changed, when that matters
   * @param change may be called more than once
   */
  public StoredEngine change(
      Actor actor, String id, OptionalLong expected, Function<EngineDraft, EngineWish> change) {
    StoredEngine known = storedEngine(id);
    Books.checkVersion("engine " + id, known.made(), expected);
    EngineWish wish = change.apply(known.draft());
    Optional<String> secret = secret(wish, books.apiKey(known));
    boolean elsewhere =
        !wish.draft().samePlace(known.draft())
            || !(wish.apiKey() instanceof EngineWish.ApiKey.Kept);
    EngineDraft draft = fitting(wish, secret, elsewhere);
    return books.locked(
        () -> {
          // Asking took its time: only what was looked at is changed.
          Books.checkVersion(
              "engine " + id, storedEngine(id).made(), OptionalLong.of(known.made().version()));
          Optional<String> apiKey =
              wish.apiKey() instanceof EngineWish.ApiKey.Kept
                  ? known.sealedApiKey()
                  : sealed(draft, secret);
          return putEngine(
              actor, "engine.change", new StoredEngine(draft, apiKey, known.made().next()));
        });
  }

  private StoredEngine putEngine(Actor actor, String action, StoredEngine engine) {
    EngineDraft draft = engine.draft();
    books.swap(
        books.entries().with(engine),
        handle -> {
          CatalogStore.put(handle, engine);
          books.append(handle, actor, action, draft.id(), described(engine));
        });
    return engine;
  }

  /**
   * Removes an engine of the store: it gets no more requests from now on, and those that run there
   * end by themselves.
   */
  public StoredEngine remove(Actor actor, String id, OptionalLong expected) {
    return books.locked(
        () -> {
          StoredEngine before = storedEngine(id);
          Books.checkVersion("engine " + id, before.made(), expected);
          books.swap(
              books.entries().withoutEngine(id).withoutDrain(id),
              handle -> {
                CatalogStore.removeEngine(handle, id);
                CatalogStore.removeDrain(handle, id);
                books.append(
                    handle, actor, "engine.remove", id, Map.of("owner", before.draft().owner()));
              });
          return before;
        });
  }

  /** No new requests go to the engine, until {@link #resume}; also to one of the file. */
  public Drain drain(Actor actor, String id) {
    return books.locked(
        () -> {
          checkKnown(id);
          Optional<Drain> known = drain(id);
          if (known.isPresent()) {
            return known.get();
          }
          Drain drain = books.drain(actor, id);
          books.swap(
              books.entries().with(drain),
              handle -> {
                CatalogStore.put(handle, drain);
                books.append(handle, actor, "engine.drain", id, Map.of());
              });
          return drain;
        });
  }

  /** Requests go to the engine again; nothing when they did. */
  public void resume(Actor actor, String id) {
    books.locked(
        () -> {
          checkKnown(id);
          drain(id)
              .ifPresent(
                  drain ->
                      books.swap(
                          books.entries().withoutDrain(id),
                          handle -> {
                            CatalogStore.removeDrain(handle, id);
                            books.append(handle, actor, "engine.resume", id, Map.of());
                          }));
          return id;
        });
  }

  private void checkKnown(String id) {
    if (find(id).isEmpty()
        && !Books.hasEngine(books.registry().models(), id)
        && drain(id).isEmpty()) {
      throw Books.notFound("engine", id);
    }
  }

  private StoredEngine storedEngine(String id) {
    return find(id)
        .orElseThrow(
            () -> {
              if (books.fileHasEngine(id)) {
                return Books.readOnly(
                    "engine " + id + " is in the configuration file: change it there");
              }
              return Books.hasEngine(books.registry().models(), id)
                  ? Books.readOnly(
                      "engine " + id + " was given when the site was started: restart it")
                  : Books.notFound("engine", id);
            });
  }

  private EngineDraft fitting(EngineWish wish, Optional<String> secret, boolean elsewhere) {
    EngineDraft draft = wish.typeFromEngine() ? fitness.typed(wish.draft(), secret) : wish.draft();
    if (elsewhere && !wish.unchecked()) {
      fitness.check(draft, secret);
    }
    return draft;
  }

  private static Optional<String> secret(EngineWish wish, Optional<String> known) {
    return switch (wish.apiKey()) {
      case EngineWish.ApiKey.Kept _ -> known;
      case EngineWish.ApiKey.Given given -> Optional.of(given.secret());
      case EngineWish.ApiKey.Removed _ -> Optional.empty();
    };
  }

  private Optional<String> sealed(EngineDraft draft, Optional<String> secret) {
    return secret.map(text -> books.sealed(draft.id(), text));
  }

  private static Map<String, String> described(StoredEngine engine) {
    EngineDraft draft = engine.draft();
    Map<String, String> details = new LinkedHashMap<>();
    details.put("owner", draft.owner());
    details.put("url", draft.url().toString());
    details.put("type", draft.type().word());
    details.put(
        "models", String.join(" ", draft.models().stream().map(ServedModel::model).toList()));
    details.put("api_key", engine.hasApiKey() ? "yes" : "no");
    draft.maxConcurrency().ifPresent(n -> details.put("max_concurrency", String.valueOf(n)));
    return details;
  }

  /** Ends what it asks of engines. */
  @Override
  public void close() {
    fitness.close();
  }
}
