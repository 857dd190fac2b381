package org.archipel.control;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.archipel.control.catalog.Catalog;
import org.archipel.control.catalog.Drain;
import org.archipel.control.catalog.EngineDraft;
import org.archipel.control.catalog.Made;
import org.archipel.control.catalog.ModelDraft;
import org.archipel.control.catalog.ServedModel;
import org.archipel.control.catalog.StoredEngine;
import org.archipel.control.catalog.StoredModel;
import org.archipel.engines.Capabilities;
import org.archipel.engines.EngineProfiles;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineStatus;
import org.archipel.engines.Hardware;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;
import org.archipel.scheduling.EngineSnapshot;

/** How models and engines are shown: as they are described, and as they are now. */
final class CatalogViews {
  private final ModelCatalog now;
  private final Catalog catalog;
  private final SiteState state;

  CatalogViews(ModelCatalog now, Catalog catalog, SiteState state) {
    this.now = now;
    this.catalog = catalog;
    this.state = state;
  }

  // ---------------------------------------------------------------- models

  /** All models, those of the store that are off too. */
  List<ModelView> models() {
    List<ModelView> views = new ArrayList<>();
    now.models().forEach(model -> views.add(view(model)));
    catalog.models().all().stream()
        .filter(stored -> catalog.models().whyOff(stored.draft().id()).isPresent())
        .forEach(stored -> views.add(off(stored)));
    return views;
  }

  /** The model of that id; one of the store before one that took its name. */
  Optional<ModelView> model(String id) {
    Optional<StoredModel> off =
        catalog.models().find(id).filter(_ -> catalog.models().whyOff(id).isPresent());
    if (off.isPresent()) {
      return off.map(this::off);
    }
    return now.find(id).filter(model -> model.id().equals(id)).map(this::view);
  }

  private ModelView view(ModelSpec model) {
    long up =
        model.engines().stream()
            .filter(engine -> status(model.id(), engine.id()).isPresent())
            .filter(engine -> status(model.id(), engine.id()).get().takesRequests())
            .count();
    Optional<Made> made = catalog.models().find(model.id()).map(StoredModel::made);
    boolean stored = made.isPresent() && catalog.models().whyOff(model.id()).isEmpty();
    return new ModelView(
        model.id(),
        model.aliases(),
        model.kind().word(),
        now.contextWindow(model.id()),
        model.engines().size(),
        (int) up,
        stored ? "store" : catalog.models().inFile(model.id()) ? "file" : "discovered",
        Optional.empty(),
        stored ? version(made) : OptionalLong.empty(),
        made.filter(_ -> stored).map(Made::at),
        made.filter(_ -> stored).map(Made::by));
  }

  private ModelView off(StoredModel stored) {
    ModelDraft draft = stored.draft();
    return new ModelView(
        draft.id(),
        draft.aliases(),
        draft.kind().word(),
        draft.contextWindow(),
        0,
        0,
        "store",
        catalog.models().whyOff(draft.id()),
        OptionalLong.of(stored.made().version()),
        Optional.of(stored.made().at()),
        Optional.of(stored.made().by()));
  }

  private static OptionalLong version(Optional<Made> made) {
    return made.map(Made::version).map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  // ---------------------------------------------------------------- engines

  /** All engines, once for each model that they serve; those of the store that are off too. */
  List<EngineView> engines() {
    List<EngineView> views = new ArrayList<>();
    for (ModelSpec model : now.models()) {
      model.engines().forEach(engine -> views.add(view(model, engine)));
    }
    for (StoredEngine stored : catalog.engines().all()) {
      if (catalog.engines().whyOff(stored.draft().id()).isPresent()) {
        stored.draft().models().forEach(served -> views.add(off(stored, served)));
      }
    }
    return views;
  }

  /** The engine of that id, once for each of its models. */
  List<EngineView> engine(String id) {
    return engines().stream().filter(view -> view.id().equals(id)).toList();
  }

  /** Requests that run on an engine, for whatever model. */
  int running(String engine) {
    return state.pools().values().stream()
        .flatMap(pool -> pool.engines().stream())
        .filter(one -> one.engine().equals(engine))
        .mapToInt(EngineSnapshot::running)
        .sum();
  }

  private Optional<EngineStatus> status(String model, String engine) {
    return now.status(model, engine);
  }

  private EngineView view(ModelSpec model, EngineSpec engine) {
    Optional<EngineStatus> status = status(model.id(), engine.id());
    Capabilities found = status.map(EngineStatus::capabilities).orElse(Capabilities.UNKNOWN);
    Optional<StoredEngine> stored =
        catalog
            .engines()
            .find(engine.id())
            .filter(one -> catalog.engines().whyOff(one.draft().id()).isEmpty());
    String origin =
        stored.isPresent()
            ? "store"
            : catalog.engines().inFile(engine.id()) ? "file" : "discovered";
    int running = running(model.id(), engine.id());
    return new EngineView(
        engine.id(),
        model.id(),
        engine.url(),
        engine.type().word(),
        engine.upstreamModel().orElse(model.id()),
        engine.owner(),
        engine.hardware(),
        EngineProfiles.of(engine, found).capacity().maxConcurrency(),
        status.map(s -> word(s, running)).orElse("unknown"),
        status.map(EngineStatus::since),
        status.flatMap(EngineStatus::problem),
        new CapabilitiesView(
            found.version(), found.contextWindow(), found.slots(), found.metrics()),
        running,
        catalog.engines().drain(engine.id()).map(Drain::at),
        origin,
        engine.apiKey().isPresent(),
        stored.map(one -> one.draft().labels()).orElse(List.of()),
        version(stored.map(StoredEngine::made)),
        stored.map(one -> one.made().at()),
        stored.map(one -> one.made().by()));
  }

  private int running(String model, String engine) {
    return Optional.ofNullable(state.pools().get(model)).stream()
        .flatMap(pool -> pool.engines().stream())
        .filter(one -> one.engine().equals(engine))
        .mapToInt(EngineSnapshot::running)
        .sum();
  }

  private static String word(EngineStatus status, int running) {
    if (status.draining()) {
      return running > 0 ? "draining" : "drained";
    }
    return status.up() ? "up" : "down";
  }

  private EngineView off(StoredEngine stored, ServedModel served) {
    EngineDraft draft = stored.draft();
    return new EngineView(
        draft.id(),
        served.model(),
        draft.url(),
        draft.type().word(),
        served.upstreamModel().orElse(served.model()),
        draft.owner(),
        draft.hardware(),
        draft.maxConcurrency().orElse(EngineSpec.DEFAULT_MAX_CONCURRENCY),
        "off",
        Optional.empty(),
        catalog.engines().whyOff(draft.id()),
        new CapabilitiesView(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), false),
        0,
        catalog.engines().drain(draft.id()).map(Drain::at),
        "store",
        stored.hasApiKey(),
        draft.labels(),
        OptionalLong.of(stored.made().version()),
        Optional.of(stored.made().at()),
        Optional.of(stored.made().by()));
  }

  /**
   * A model.
   *
   * @param origin {@code file}, {@code store} or {@code discovered}; only the store's can be
   *     changed
   * @param off why it is not served, for one of the store
   */
  record ModelView(
      String id,
      List<String> aliases,
      String kind,
      OptionalInt contextWindow,
      int engines,
      int enginesUp,
      String origin,
      Optional<String> off,
      OptionalLong version,
      Optional<Instant> createdAt,
      Optional<String> createdBy) {}

  /**
   * An engine as it serves one model.
   *
   * @param state {@code up}, {@code down}, {@code draining} while requests run there, {@code
   *     drained}, {@code off} or {@code unknown}
   * @param running requests of this model that run there
   * @param drainingSince since when it gets no new requests
   */
  record EngineView(
      String id,
      String model,
      URI url,
      String type,
      String upstreamModel,
      String owner,
      Optional<Hardware> hardware,
      int maxConcurrency,
      String state,
      Optional<Instant> since,
      Optional<String> problem,
      CapabilitiesView capabilities,
      int running,
      Optional<Instant> drainingSince,
      String origin,
      boolean hasApiKey,
      List<String> labels,
      OptionalLong version,
      Optional<Instant> createdAt,
      Optional<String> createdBy) {}

  record CapabilitiesView(
      Optional<String> version, OptionalInt contextWindow, OptionalInt slots, boolean metrics) {}
}
