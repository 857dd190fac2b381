package org.archipel.control.catalog;

import java.net.URI;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.archipel.engines.EngineType;
import org.archipel.engines.Hardware;
import org.archipel.engines.ModelKind;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The tables of the catalog. Works within the caller's transaction. */
final class CatalogStore {
  private CatalogStore() {}

  // ---------------------------------------------------------------- models

  /** Writes a model as a whole, in the place of what there was of that id. */
  static void put(Handle handle, StoredModel model) {
    ModelDraft draft = model.draft();
    handle.execute("DELETE FROM catalog_alias WHERE model = ?", draft.id());
    int changed =
        handle
            .createUpdate(
                "UPDATE catalog_model SET kind = :kind, context_window = :window,"
                    + " version = :version WHERE id = :id")
            .bind("id", draft.id())
            .bind("kind", draft.kind().word())
            .bind("window", boxed(draft.contextWindow()))
            .bind("version", model.made().version())
            .execute();
    if (changed == 0) {
      handle
          .createUpdate(
              "INSERT INTO catalog_model (id, kind, context_window, version, created_at,"
                  + " created_by) VALUES (:id, :kind, :window, :version, :at, :by)")
          .bind("id", draft.id())
          .bind("kind", draft.kind().word())
          .bind("window", boxed(draft.contextWindow()))
          .bind("version", model.made().version())
          .bind("at", model.made().at().toEpochMilli())
          .bind("by", model.made().by())
          .execute();
    }
    for (int place = 0; place < draft.aliases().size(); place++) {
      handle.execute(
          "INSERT INTO catalog_alias (alias, model, place) VALUES (?, ?, ?)",
          draft.aliases().get(place),
          draft.id(),
          place);
    }
  }

  static void removeModel(Handle handle, String id) {
    handle.execute("DELETE FROM catalog_alias WHERE model = ?", id);
    handle.execute("DELETE FROM catalog_model WHERE id = ?", id);
  }

  // ---------------------------------------------------------------- engines

  /** Writes an engine as a whole, in the place of what there was of that id. */
  static void put(Handle handle, StoredEngine engine) {
    EngineDraft draft = engine.draft();
    removeEngine(handle, draft.id());
    handle
        .createUpdate(
            "INSERT INTO catalog_engine (id, url, type, owner, device, device_count,"
                + " max_concurrency, priority_scheduling, ca_certificates, sealed_api_key, version,"
                + " created_at, created_by) VALUES (:id, :url, :type, :owner, :device, :count,"
                + " :most, :priority, :ca, :key, :version, :at, :by)")
        .bind("id", draft.id())
        .bind("url", draft.url().toString())
        .bind("type", draft.type().word())
        .bind("owner", draft.owner())
        .bind("device", draft.hardware().map(Hardware::device))
        .bind("count", draft.hardware().map(Hardware::count))
        .bind("most", boxed(draft.maxConcurrency()))
        .bind("priority", draft.priorityScheduling().map(heeded -> heeded ? 1 : 0))
        .bind("ca", draft.caCertificates().map(Path::toString))
        .bind("key", engine.sealedApiKey())
        .bind("version", engine.made().version())
        .bind("at", engine.made().at().toEpochMilli())
        .bind("by", engine.made().by())
        .execute();
    for (int place = 0; place < draft.models().size(); place++) {
      ServedModel served = draft.models().get(place);
      handle
          .createUpdate(
              "INSERT INTO catalog_served (engine, model, upstream_model, place)"
                  + " VALUES (:engine, :model, :upstream, :place)")
          .bind("engine", draft.id())
          .bind("model", served.model())
          .bind("upstream", served.upstreamModel())
          .bind("place", place)
          .execute();
    }
    draft
        .labels()
        .forEach(
            label ->
                handle.execute(
                    "INSERT INTO catalog_label (engine, label) VALUES (?, ?)", draft.id(), label));
  }

  static void removeEngine(Handle handle, String id) {
    handle.execute("DELETE FROM catalog_label WHERE engine = ?", id);
    handle.execute("DELETE FROM catalog_served WHERE engine = ?", id);
    handle.execute("DELETE FROM catalog_engine WHERE id = ?", id);
  }

  // ---------------------------------------------------------------- drains

  static void put(Handle handle, Drain drain) {
    handle.execute(
        "INSERT INTO catalog_drain (engine, drained_at, drained_by) VALUES (?, ?, ?)",
        drain.engine(),
        drain.at().toEpochMilli(),
        drain.by());
  }

  static void removeDrain(Handle handle, String engine) {
    handle.execute("DELETE FROM catalog_drain WHERE engine = ?", engine);
  }

  // ---------------------------------------------------------------- reading

  static Entries load(Handle handle) {
    return new Entries(models(handle), engines(handle), drains(handle));
  }

  private static List<StoredModel> models(Handle handle) {
    Map<String, List<String>> aliases =
        grouped(handle, "SELECT model, alias FROM catalog_alias ORDER BY model, place");
    return handle
        .createQuery(
            "SELECT id, kind, context_window, version, created_at, created_by FROM catalog_model"
                + " ORDER BY created_at, id")
        .map(
            (row, context) -> {
              String id = row.getString("id");
              ModelDraft draft =
                  new ModelDraft(
                      id,
                      aliases.getOrDefault(id, List.of()),
                      ModelKind.of(row.getString("kind")).orElse(ModelKind.CHAT),
                      integer(row, "context_window"));
              return new StoredModel(draft, made(row));
            })
        .list();
  }

  private static List<StoredEngine> engines(Handle handle) {
    Map<String, List<String>> labels =
        grouped(handle, "SELECT engine, label FROM catalog_label ORDER BY engine, label");
    Map<String, List<ServedModel>> served = new HashMap<>();
    handle
        .createQuery("SELECT engine, model, upstream_model FROM catalog_served ORDER BY place")
        .map(
            (row, context) ->
                served
                    .computeIfAbsent(row.getString("engine"), _ -> new ArrayList<>())
                    .add(
                        new ServedModel(
                            row.getString("model"),
                            Optional.ofNullable(row.getString("upstream_model")))))
        .list();
    return handle
        .createQuery(
            "SELECT id, url, type, owner, device, device_count, max_concurrency,"
                + " priority_scheduling, ca_certificates, sealed_api_key, version, created_at,"
                + " created_by FROM catalog_engine ORDER BY created_at, id")
        .map((row, context) -> engine(row, served, labels))
        .list();
  }

  private static StoredEngine engine(
      ResultSet row, Map<String, List<ServedModel>> served, Map<String, List<String>> labels)
      throws SQLException {
    String id = row.getString("id");
    OptionalInt priority = integer(row, "priority_scheduling");
    int count = integer(row, "device_count").orElse(1);
    EngineDraft draft =
        new EngineDraft(
            id,
            URI.create(row.getString("url")),
            EngineType.of(row.getString("type")).orElse(EngineType.OPENAI),
            served.getOrDefault(id, List.of()),
            row.getString("owner"),
            Optional.ofNullable(row.getString("device")).map(name -> new Hardware(name, count)),
            integer(row, "max_concurrency"),
            priority.isPresent() ? Optional.of(priority.getAsInt() == 1) : Optional.empty(),
            Optional.ofNullable(row.getString("ca_certificates")).map(Path::of),
            labels.getOrDefault(id, List.of()));
    return new StoredEngine(draft, Optional.ofNullable(row.getString("sealed_api_key")), made(row));
  }

  private static List<Drain> drains(Handle handle) {
    return handle
        .createQuery(
            "SELECT engine, drained_at, drained_by FROM catalog_drain ORDER BY drained_at, engine")
        .map(
            (row, context) ->
                new Drain(
                    row.getString("engine"),
                    Instant.ofEpochMilli(row.getLong("drained_at")),
                    row.getString("drained_by")))
        .list();
  }

  /** The second column's values by the first one's. */
  private static Map<String, List<String>> grouped(Handle handle, String query) {
    Map<String, List<String>> groups = new HashMap<>();
    handle
        .createQuery(query)
        .map(
            (row, context) ->
                groups
                    .computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                    .add(row.getString(2)))
        .list();
    return groups;
  }

  private static Made made(ResultSet row) throws SQLException {
    return new Made(
        row.getLong("version"),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getString("created_by"));
  }

  private static OptionalInt integer(ResultSet row, String column) throws SQLException {
    int value = row.getInt(column);
    return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static @Nullable Integer boxed(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }
}
