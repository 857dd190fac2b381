package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.archipel.control.CatalogViews.EngineView;
import org.archipel.control.Operation.Concern;
import org.archipel.control.catalog.CatalogEngines;
import org.archipel.control.catalog.StoredEngine;
import org.archipel.directory.access.Action;

/** Engines: all are shown and can be drained, those of the store can be changed. */
final class EngineRoutes {
  private static final String ONE = "/api/v1/engines/{id}";
  private static final String ID = "The engine's id";

  private final CatalogEngines engines;
  private final CatalogViews views;
  private final String owner;
  private final ToIntFunction<String> cut;

  /**
   * @param owner the organization that owns engines of which nobody says whose they are
   * @param cut takes an engine away from the requests that it has
   */
  EngineRoutes(
      CatalogEngines engines, CatalogViews views, String owner, ToIntFunction<String> cut) {
    this.cut = cut;
    this.engines = engines;
    this.views = views;
    this.owner = owner;
  }

  void addTo(Routes routes) {
    readingTo(routes);
    changingTo(routes);
    drainingTo(routes);
  }

  private void readingTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/engines", "listEngines", "Engines and how they are")
            .needs(Action.ENGINE_READ, Concern.SITE)
            .lists(EngineView.class),
        call -> call.items(views.engines()));
    routes.add(
        Operation.get(ONE, "getEngine", "An engine, once for each model that it serves")
            .path("id", ID)
            .needs(Action.ENGINE_READ, Concern.SITE)
            .answers(OneEngine.class)
            .tagged(),
        call -> shown(call, call.path("id")));
  }

  private void changingTo(Routes routes) {
    routes.add(
        Operation.post("/api/v1/engines", "addEngine", "Asks an engine and adds it to its models")
            .needs(Action.ENGINE_CHANGE, Concern.SITE)
            .takes(EngineFields.class)
            .creates(OneEngine.class)
            .repeatable(),
        this::add);
    routes.add(
        Operation.patch(ONE, "changeEngine", "Changes what is given of an engine of the store")
            .path("id", ID)
            .needs(Action.ENGINE_CHANGE, Concern.SITE)
            .takes(EngineFields.class)
            .answers(OneEngine.class)
            .tagged()
            .conditional(),
        this::change);
    routes.add(
        Operation.delete(
                ONE, "removeEngine", "Removes an engine of the store; requests there still end")
            .path("id", ID)
            .query(
                "now",
                boolean.class,
                "Whether requests there do not end by themselves: they go on elsewhere, or are cut")
            .needs(Action.ENGINE_CHANGE, Concern.SITE)
            .answers(Removed.class)
            .conditional(),
        this::remove);
  }

  private void drainingTo(Routes routes) {
    routes.add(
        Operation.post(ONE + "/drain", "drainEngine", "Sends an engine no new requests")
            .path("id", ID)
            .needs(Action.ENGINE_CHANGE, Concern.SITE)
            .answers(OneEngine.class),
        call -> {
          engines.drain(call.actor(), call.path("id"));
          return shown(call, call.path("id"));
        });
    routes.add(
        Operation.post(ONE + "/resume", "resumeEngine", "Sends a drained engine requests again")
            .path("id", ID)
            .needs(Action.ENGINE_CHANGE, Concern.SITE)
            .answers(OneEngine.class),
        call -> {
          engines.resume(call.actor(), call.path("id"));
          return shown(call, call.path("id"));
        });
  }

  private HttpResponse shown(Call call, String id) {
    OneEngine one = one(id);
    Optional<StoredEngine> stored = engines.find(id);
    return stored.isPresent() ? call.answer(one, stored.get().made().version()) : call.answer(one);
  }

  private OneEngine one(String id) {
    List<EngineView> served = views.engine(id);
    if (served.isEmpty()) {
      throw Refusal.notFound("there is no engine of that id");
    }
    return new OneEngine(id, served);
  }

  private HttpResponse add(Call call) {
    EngineFields fields = call.body(EngineFields.class);
    StoredEngine added = engines.add(call.actor(), fields.added(owner));
    return call.created(one(added.draft().id()), added.made().version());
  }

  private HttpResponse change(Call call) {
    EngineFields fields = call.body(EngineFields.class);
    StoredEngine changed =
        engines.change(call.actor(), call.path("id"), call.expected(), fields::changed);
    return call.answer(one(changed.draft().id()), changed.made().version());
  }

  private HttpResponse remove(Call call) {
    String id = call.path("id");
    boolean now = call.query("now").filter("true"::equals).isPresent();
    engines.remove(call.actor(), id, call.expected());
    int running = views.running(id);
    return call.answer(
        new Removed(id, running, now ? Optional.of(cut.applyAsInt(id)) : Optional.empty()));
  }

  /**
   * An engine.
   *
   * @param models the engine as it serves each of its models
   */
  private record OneEngine(String id, List<EngineView> models) {}

  /**
   * An engine that was removed.
   *
   * @param running requests that ran there
   * @param cut of how many it was taken away; empty when they end by themselves
   */
  private record Removed(String id, int running, Optional<Integer> cut) {}
}
