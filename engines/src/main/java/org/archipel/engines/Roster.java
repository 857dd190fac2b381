package org.archipel.engines;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * All models and the engines that serve them, configured and discovered. Plain state: takes what
 * was seen and what people want, returns what listeners have to hear. Not thread-safe.
 */
final class Roster {
  private List<ModelSpec> configured;
  private Map<String, String> configuredNames;
  private Set<String> draining = Set.of();

  /** By model, in the order of ids; then by engine, in order of appearance. */
  private final Map<String, Map<String, EngineEntry>> engines = new TreeMap<>();

  private Optional<CatalogView> view = Optional.empty();

  /** The configured models must have passed {@link SpecRules}. */
  Roster(List<ModelSpec> configured) {
    this.configured = List.copyOf(configured);
    this.configuredNames = names(configured);
  }

  private static Map<String, String> names(List<ModelSpec> models) {
    Map<String, String> names = new HashMap<>();
    for (ModelSpec model : models) {
      names.put(model.id(), model.id());
      model.aliases().forEach(alias -> names.put(alias, model.id()));
    }
    return names;
  }

  /**
   * These are the configured models from now on. Engines that are configured no more leave; new
   * ones have to be entered by {@link #expect}. The models must have passed {@link SpecRules}.
   */
  List<Change> configure(List<ModelSpec> wanted, Set<EnginePlace> left) {
    view = Optional.empty();
    Map<String, String> names = names(wanted);
    List<Change> changes = new ArrayList<>();
    for (ModelSpec model : configured) {
      if (!model.id().equals(names.get(model.id()))) {
        // What was discovered under this name comes back under its own with the next look.
        List.copyOf(entries(model.id()).keySet())
            .forEach(engine -> remove(new EnginePlace(model.id(), engine), changes));
      }
    }
    left.forEach(place -> remove(place, changes));
    configured = List.copyOf(wanted);
    configuredNames = names;
    engines
        .entrySet()
        .removeIf(e -> e.getValue().isEmpty() && !configuredNames.containsKey(e.getKey()));
    return changes;
  }

  private void remove(EnginePlace place, List<Change> changes) {
    EngineEntry entry = entries(place.model()).remove(place.engine());
    if (entry != null) {
      if (entry.status().takesRequests()) {
        changes.add(new Change.Down(place.model(), place.engine()));
      }
      changes.add(new Change.Gone(place.model(), place.engine()));
    }
  }

  /** From now on no new requests go to exactly these engines, whatever models they serve. */
  List<Change> drain(Set<String> ids) {
    draining = Set.copyOf(ids);
    List<Change> changes = new ArrayList<>();
    engines.forEach(
        (model, entries) ->
            entries.replaceAll(
                (id, entry) -> {
                  EngineStatus before = entry.status();
                  if (before.draining() == draining.contains(id)) {
                    return entry;
                  }
                  view = Optional.empty();
                  if (before.up()) {
                    changes.add(
                        before.draining()
                            ? new Change.Up(model, entry.engine(), before.capabilities())
                            : new Change.Down(model, id));
                  }
                  return entry.with(before.withDraining(!before.draining()));
                }));
    return changes;
  }

  /**
   * An engine is described anew. At the same place it stays as it is until the next look; elsewhere
   * nothing is known of it. With another owner it is another engine to those who share it.
   */
  List<Change> describe(int watch, ModelSpec model, EngineSpec engine, Instant now) {
    EnginePlace place = new EnginePlace(model.id(), engine.id());
    EngineEntry before = entries(model.id()).get(engine.id());
    List<Change> changes = new ArrayList<>();
    if (before == null
        || !before.engine().samePlace(engine)
        || !before.engine().owner().equals(engine.owner())) {
      remove(place, changes);
    }
    if (before == null || !before.engine().samePlace(engine)) {
      expect(watch, model, engine, now);
      return changes;
    }
    view = Optional.empty();
    EngineEntry after = before.with(watch, engine);
    entries(model.id()).put(engine.id(), after);
    if (after.status().takesRequests()) {
      changes.add(new Change.Up(model.id(), engine, after.status().capabilities()));
    }
    return changes;
  }

  /** Enters a configured engine, of which nothing is known yet. */
  void expect(int watch, ModelSpec model, EngineSpec engine, Instant now) {
    view = Optional.empty();
    EngineStatus status =
        new EngineStatus(
            false,
            draining.contains(engine.id()),
            now,
            Optional.of("not probed yet"),
            Capabilities.UNKNOWN);
    entries(model.id())
        .put(engine.id(), new EngineEntry(watch, engine, model.kind(), model.aliases(), status));
  }

  /** The watched engine serves exactly these models. */
  List<Change> found(int watch, List<Served> served, Instant now) {
    List<Change> changes = new ArrayList<>();
    Set<String> present = new HashSet<>();
    for (Served one : served) {
      String model = configuredNames.getOrDefault(one.model(), one.model());
      if (!isWatchedElsewhere(watch, model, one.engine()) && present.add(model)) {
        enter(watch, model, one, now).ifPresent(changes::add);
      }
    }
    engines.forEach(
        (model, entries) -> {
          if (!present.contains(model)) {
            String problem = "the engine no longer serves " + model;
            changes.addAll(takeDown(watch, model, entries, problem, now));
          }
        });
    return changes;
  }

  /** No request can go to the watched engine. */
  List<Change> lost(int watch, String problem, Instant now) {
    List<Change> changes = new ArrayList<>();
    engines.forEach(
        (model, entries) -> changes.addAll(takeDown(watch, model, entries, problem, now)));
    return changes;
  }

  /** The engines that are up, as a listener that comes late hears of them. */
  List<Change> up() {
    List<Change> changes = new ArrayList<>();
    engines.forEach(
        (model, entries) ->
            entries.values().stream()
                .filter(entry -> entry.status().takesRequests())
                .map(e -> new Change.Up(model, e.engine(), e.status().capabilities()))
                .forEach(changes::add));
    return changes;
  }

  /** An immutable picture of the present state; the same one as long as nothing changes. */
  CatalogView view() {
    CatalogView current = view.orElseGet(this::picture);
    view = Optional.of(current);
    return current;
  }

  private CatalogView picture() {
    Map<String, ModelSpec> byName = new HashMap<>();
    List<ModelSpec> models = new ArrayList<>();
    for (ModelSpec model : configured) {
      ModelSpec present =
          new ModelSpec(
              model.id(),
              model.aliases(),
              model.kind(),
              model.contextWindow(),
              specs(entries(model.id())));
      models.add(present);
      byName.put(present.id(), present);
      present.aliases().forEach(alias -> byName.put(alias, present));
    }
    // First all ids, then aliases: a name that is an id is never an alias of another.
    Set<String> taken = new HashSet<>(configuredNames.keySet());
    taken.addAll(engines.keySet());
    engines.forEach(
        (id, entries) -> {
          if (!configuredNames.containsKey(id)) {
            ModelSpec found = discovered(id, entries, taken);
            models.add(found);
            byName.put(id, found);
            found.aliases().forEach(alias -> byName.put(alias, found));
          }
        });
    Map<String, Map<String, EngineEntry>> copy = new HashMap<>();
    engines.forEach((model, entries) -> copy.put(model, Map.copyOf(entries)));
    return new CatalogView(Map.copyOf(byName), List.copyOf(models), Map.copyOf(copy));
  }

  private static ModelSpec discovered(
      String id, Map<String, EngineEntry> entries, Set<String> taken) {
    Set<String> aliases = new LinkedHashSet<>();
    for (EngineEntry entry : entries.values()) {
      for (String alias : entry.aliases()) {
        if (!aliases.contains(alias) && taken.add(alias)) {
          aliases.add(alias);
        }
      }
    }
    ModelKind kind = entries.values().iterator().next().kind();
    return new ModelSpec(id, List.copyOf(aliases), kind, OptionalInt.empty(), specs(entries));
  }

  private static List<EngineSpec> specs(Map<String, EngineEntry> entries) {
    return entries.values().stream().map(EngineEntry::engine).toList();
  }

  private Map<String, EngineEntry> entries(String model) {
    return engines.computeIfAbsent(model, id -> new LinkedHashMap<>());
  }

  /** The same server must not be counted twice for a model when it is configured and discovered. */
  private boolean isWatchedElsewhere(int watch, String model, EngineSpec engine) {
    return engines.getOrDefault(model, Map.of()).values().stream()
        .anyMatch(e -> e.watch() != watch && e.engine().url().equals(engine.url()));
  }

  private Optional<Change> enter(int watch, String model, Served one, Instant now) {
    Map<String, EngineEntry> entries = entries(model);
    EngineSpec engine = calledHere(one.engine(), one.model(), model);
    EngineEntry before = entries.get(engine.id());
    boolean wasUp = before != null && before.status().up();
    EngineStatus status =
        new EngineStatus(
            true,
            draining.contains(engine.id()),
            before != null && wasUp ? before.status().since() : now,
            Optional.empty(),
            one.capabilities());
    EngineEntry after = new EngineEntry(watch, engine, one.kind(), one.aliases(), status);
    if (after.equals(before)) {
      return Optional.empty();
    }
    view = Optional.empty();
    entries.put(engine.id(), after);
    return status.draining()
        ? Optional.empty()
        : Optional.of(new Change.Up(model, engine, one.capabilities()));
  }

  /** A discovered name that is an alias here must still be used towards the engine. */
  private static EngineSpec calledHere(EngineSpec engine, String name, String model) {
    if (name.equals(model) || engine.upstreamModel().isPresent()) {
      return engine;
    }
    return engine.withUpstreamModel(name);
  }

  private List<Change> takeDown(
      int watch, String model, Map<String, EngineEntry> entries, String problem, Instant now) {
    List<Change> changes = new ArrayList<>();
    entries.replaceAll(
        (id, entry) -> {
          if (entry.watch() != watch) {
            return entry;
          }
          EngineStatus before = entry.status();
          if (before.takesRequests()) {
            changes.add(new Change.Down(model, id));
          }
          Instant since = before.up() ? now : before.since();
          EngineStatus after =
              new EngineStatus(
                  false, before.draining(), since, Optional.of(problem), before.capabilities());
          if (!after.equals(before)) {
            view = Optional.empty();
          }
          return entry.with(after);
        });
    return changes;
  }
}
