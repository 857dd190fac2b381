package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.archipel.control.CatalogViews.ModelView;
import org.archipel.control.Operation.Concern;
import org.archipel.control.catalog.CatalogModels;
import org.archipel.control.catalog.ModelDraft;
import org.archipel.control.catalog.StoredModel;
import org.archipel.directory.access.Action;
import org.archipel.engines.ModelKind;

/** Models: all are shown, those of the store can be changed. */
final class ModelRoutes {
  private static final String ONE = "/api/v1/models/{id}";

  private final CatalogModels models;
  private final CatalogViews views;

  ModelRoutes(CatalogModels models, CatalogViews views) {
    this.models = models;
    this.views = views;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/models", "listModels", "Models that the site serves")
            .needs(Action.CATALOG_READ, Concern.SITE)
            .lists(ModelView.class),
        call -> call.items(views.models()));
    routes.add(
        Operation.get(ONE, "getModel", "A model and where it comes from")
            .path("id", "The model's id")
            .needs(Action.CATALOG_READ, Concern.SITE)
            .answers(ModelView.class)
            .tagged(),
        call -> shown(call, call.path("id")));
    routes.add(
        Operation.post("/api/v1/models", "addModel", "Adds a model while the site runs")
            .needs(Action.ENGINE_CHANGE, Concern.SITE)
            .takes(NewModel.class)
            .creates(ModelView.class)
            .repeatable(),
        this::add);
    routes.add(
        Operation.patch(ONE, "changeModel", "Changes what is given of a model of the store")
            .path("id", "The model's id")
            .needs(Action.ENGINE_CHANGE, Concern.SITE)
            .takes(ModelChange.class)
            .answers(ModelView.class)
            .tagged()
            .conditional(),
        this::change);
    routes.add(
        Operation.delete(ONE, "removeModel", "Removes a model of the store")
            .path("id", "The model's id")
            .needs(Action.ENGINE_CHANGE, Concern.SITE)
            .answersNothing()
            .conditional(),
        this::remove);
  }

  private HttpResponse shown(Call call, String id) {
    ModelView view =
        views.model(id).orElseThrow(() -> Refusal.notFound("there is no model of that id"));
    return view.version().isPresent()
        ? call.answer(view, view.version().getAsLong())
        : call.answer(view);
  }

  private HttpResponse add(Call call) {
    NewModel body = call.body(NewModel.class);
    StoredModel added = models.add(call.actor(), body.draft());
    return call.created(view(added), added.made().version());
  }

  private HttpResponse change(Call call) {
    ModelChange body = call.body(ModelChange.class);
    StoredModel changed =
        models.change(call.actor(), call.path("id"), call.expected(), body::applied);
    return call.answer(view(changed), changed.made().version());
  }

  private HttpResponse remove(Call call) {
    models.remove(call.actor(), call.path("id"), call.expected());
    return call.nothing();
  }

  private ModelView view(StoredModel stored) {
    return views
        .model(stored.draft().id())
        .orElseThrow(() -> Refusal.notFound("the model was removed meanwhile"));
  }

  private static ModelKind kind(String word) {
    return ModelKind.of(word)
        .orElseThrow(
            () ->
                Refusal.badRequest(
                    "kind: not one (expected: "
                        + Arrays.stream(ModelKind.values())
                            .map(ModelKind::word)
                            .collect(Collectors.joining(", "))
                        + ")"));
  }

  private record NewModel(
      Optional<String> id,
      Optional<List<String>> aliases,
      Optional<String> kind,
      OptionalInt contextWindow) {
    ModelDraft draft() {
      return new ModelDraft(
          id.orElseThrow(() -> Refusal.badRequest("id: missing (expected: a model's name)")),
          aliases.orElse(List.of()),
          kind.map(ModelRoutes::kind).orElse(ModelKind.CHAT),
          contextWindow);
    }
  }

  /**
   * What is to be changed of a model; the rest stays.
   *
   * @param contextWindow 0 leaves it to the engines
   */
  private record ModelChange(
      Optional<List<String>> aliases, Optional<String> kind, OptionalInt contextWindow) {
    ModelDraft applied(ModelDraft before) {
      OptionalInt window = contextWindow.isPresent() ? contextWindow : before.contextWindow();
      return new ModelDraft(
          before.id(),
          aliases.orElse(before.aliases()),
          kind.map(ModelRoutes::kind).orElse(before.kind()),
          window.isPresent() && window.getAsInt() == 0 ? OptionalInt.empty() : window);
    }
  }
}
