package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.engines.Capabilities;
import org.archipel.engines.EngineProfiles;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineStatus;
import org.archipel.engines.Hardware;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;

/** Models and engines: what they are, and how they are. */
final class CatalogRoutes {
  private final ModelCatalog catalog;

  CatalogRoutes(ModelCatalog catalog) {
    this.catalog = catalog;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/models", "listModels", "Models that the site serves")
            .needs(Action.CATALOG_READ, Concern.SITE)
            .lists(ModelView.class),
        this::models);
    routes.add(
        Operation.get("/api/v1/engines", "listEngines", "Engines and how they are")
            .needs(Action.ENGINE_READ, Concern.SITE)
            .lists(EngineView.class),
        this::engines);
  }

  private HttpResponse models(Call call) {
    List<ModelView> views = catalog.models().stream().map(this::view).toList();
    return call.json().answer(HttpStatus.OK, new Items<>(views));
  }

  private HttpResponse engines(Call call) {
    List<EngineView> views =
        catalog.models().stream()
            .flatMap(model -> model.engines().stream().map(engine -> view(model, engine)))
            .toList();
    return call.json().answer(HttpStatus.OK, new Items<>(views));
  }

  private ModelView view(ModelSpec model) {
    List<String> up =
        model.engines().stream()
            .map(EngineSpec::id)
            .filter(id -> catalog.status(model.id(), id).filter(EngineStatus::up).isPresent())
            .toList();
    return new ModelView(
        model.id(),
        model.aliases(),
        model.kind().word(),
        catalog.contextWindow(model.id()),
        model.engines().size(),
        up.size());
  }

  private EngineView view(ModelSpec model, EngineSpec engine) {
    Optional<EngineStatus> status = catalog.status(model.id(), engine.id());
    Capabilities found = status.map(EngineStatus::capabilities).orElse(Capabilities.UNKNOWN);
    String state = status.map(s -> s.up() ? "up" : "down").orElse("unknown");
    return new EngineView(
        engine.id(),
        model.id(),
        engine.url(),
        engine.type().word(),
        engine.upstreamModel().orElse(model.id()),
        engine.owner(),
        engine.hardware(),
        EngineProfiles.of(engine, found).capacity().maxConcurrency(),
        state,
        status.map(EngineStatus::since),
        status.flatMap(EngineStatus::problem),
        new CapabilitiesView(
            found.version(), found.contextWindow(), found.slots(), found.metrics()));
  }

  private record ModelView(
      String id,
      List<String> aliases,
      String kind,
      OptionalInt contextWindow,
      int engines,
      int enginesUp) {}

  private record EngineView(
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
      CapabilitiesView capabilities) {}

  private record CapabilitiesView(
      Optional<String> version, OptionalInt contextWindow, OptionalInt slots, boolean metrics) {}
}
