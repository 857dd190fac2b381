package org.archipel.control.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the store holds: in the order in which it was added.
 *
 * @param models models that were added at run time
 * @param engines engines that were added at run time
 * @param drains engines that get no new requests
 */
record Entries(List<StoredModel> models, List<StoredEngine> engines, List<Drain> drains) {
  Entries {
    models = List.copyOf(models);
    engines = List.copyOf(engines);
    drains = List.copyOf(drains);
  }

  Optional<StoredModel> model(String id) {
    return models.stream().filter(model -> model.draft().id().equals(id)).findFirst();
  }

  Optional<StoredEngine> engine(String id) {
    return engines.stream().filter(engine -> engine.draft().id().equals(id)).findFirst();
  }

  Optional<Drain> drain(String engine) {
    return drains.stream().filter(drain -> drain.engine().equals(engine)).findFirst();
  }

  /** With this model at its place, or at the end. */
  Entries with(StoredModel changed) {
    List<StoredModel> all = new ArrayList<>(models);
    int place = model(changed.draft().id()).map(all::indexOf).orElse(all.size());
    if (place < all.size()) {
      all.set(place, changed);
    } else {
      all.add(changed);
    }
    return new Entries(all, engines, drains);
  }

  /** With this engine at its place, or at the end. */
  Entries with(StoredEngine changed) {
    List<StoredEngine> all = new ArrayList<>(engines);
    int place = engine(changed.draft().id()).map(all::indexOf).orElse(all.size());
    if (place < all.size()) {
      all.set(place, changed);
    } else {
      all.add(changed);
    }
    return new Entries(models, all, drains);
  }

  Entries with(Drain drain) {
    List<Drain> all = new ArrayList<>(drains);
    all.add(drain);
    return new Entries(models, engines, all);
  }

  Entries withoutModel(String id) {
    return new Entries(
        models.stream().filter(model -> !model.draft().id().equals(id)).toList(), engines, drains);
  }

  Entries withoutEngine(String id) {
    return new Entries(
        models,
        engines.stream().filter(engine -> !engine.draft().id().equals(id)).toList(),
        drains);
  }

  Entries withoutDrain(String engine) {
    return new Entries(
        models, engines, drains.stream().filter(drain -> !drain.engine().equals(engine)).toList());
  }
}
