package org.archipel.control.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.archipel.storage.Actor;

/** The models of the store. Thread-safe; changes block. */
public final class CatalogModels {
  private final Books books;

  CatalogModels(Books books) {
    this.books = books;
  }

  /** All, in the order in which they were added. */
  public List<StoredModel> all() {
    return books.entries().models();
  }

  /** The one of that id. */
  public Optional<StoredModel> find(String id) {
    return books.entries().model(id);
  }

  /** Why it is not served; empty when it is. */
  public Optional<String> whyOff(String id) {
    return Optional.ofNullable(books.plan().offModels().get(id));
  }

  /** Whether the configuration file has a model of that id. */
  public boolean inFile(String id) {
    return books.fileHasModel(id);
  }

  /** Adds a model, which is served as soon as it has an engine. */
  public StoredModel add(Actor actor, ModelDraft draft) {
    return books.locked(
        () -> {
          if (find(draft.id()).isPresent()) {
            throw Books.clash("model " + draft.id() + " exists already");
          }
          StoredModel added = new StoredModel(draft, books.made(actor));
          books.swap(
              books.entries().with(added),
              handle -> {
                CatalogStore.put(handle, added);
                books.append(handle, actor, "model.add", draft.id(), described(draft));
              });
          return added;
        });
  }

  /**
   * Changes a model of the store.
   *
   * @param expected the version that is to be changed, when that matters
   */
  public StoredModel change(
      Actor actor, String id, OptionalLong expected, UnaryOperator<ModelDraft> change) {
    return books.locked(
        () -> {
          StoredModel before = stored(id);
          Books.checkVersion("model " + id, before.made(), expected);
          ModelDraft draft = change.apply(before.draft());
          StoredModel after = new StoredModel(draft, before.made().next());
          books.swap(
              books.entries().with(after),
              handle -> {
                CatalogStore.put(handle, after);
                books.append(handle, actor, "model.change", id, described(draft));
              });
          return after;
        });
  }

  /** Removes a model of the store that no engine of the store serves. Requests that run end. */
  public StoredModel remove(Actor actor, String id, OptionalLong expected) {
    return books.locked(
        () -> {
          StoredModel before = stored(id);
          Books.checkVersion("model " + id, before.made(), expected);
          books.swap(
              books.entries().withoutModel(id),
              handle -> {
                CatalogStore.removeModel(handle, id);
                books.append(handle, actor, "model.remove", id, Map.of());
              });
          return before;
        });
  }

  private StoredModel stored(String id) {
    return find(id)
        .orElseThrow(
            () -> {
              if (books.fileHasModel(id)) {
                return Books.readOnly(
                    "model " + id + " is in the configuration file: change it there");
              }
              return books.registry().find(id).isPresent()
                  ? Books.readOnly(
                      "model " + id + " was found at an engine: it comes and goes with it")
                  : Books.notFound("model", id);
            });
  }

  private static Map<String, String> described(ModelDraft draft) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("kind", draft.kind().word());
    details.put("aliases", String.join(" ", draft.aliases()));
    draft
        .contextWindow()
        .ifPresent(window -> details.put("context_window", String.valueOf(window)));
    return details;
  }
}
