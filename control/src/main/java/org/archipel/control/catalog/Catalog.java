package org.archipel.control.catalog;

import java.time.Clock;
import java.util.List;
import org.archipel.directory.access.SiteKey;
import org.archipel.engines.EngineRegistry;
import org.archipel.engines.ModelSpec;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models and engines that people add, change, drain and remove while the site runs. What the
 * configuration file says comes first and is changed only there; an entry of the store that clashes
 * with it is kept and not used.
 *
 * <p>Each change is one transaction with its line in the audit log; when a method returns, the
 * engine registry and the relay follow it, and after a crash the next start finds it whole or not
 * at all. Requests that run are never touched. Thread-safe; changes block, lookups do not.
 */
public final class Catalog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

  private final CatalogModels models;
  private final CatalogEngines engines;

  /**
   * Brings the tables up to date and tells the registry what they hold. What is off is logged once.
   *
   * @param files the models of the configuration file, which the registry has already
   * @param key opens the API keys of engines
   */
  public Catalog(
      Database database,
      AuditLog audit,
      EngineRegistry registry,
      List<ModelSpec> files,
      SiteKey key,
      Clock clock) {
    Books books = new Books(database, audit, registry, files, key, clock);
    models = new CatalogModels(books);
    engines = new CatalogEngines(books);
    Plan plan = books.plan();
    plan.offModels().forEach((id, why) -> LOG.warn("Model {} of the store is off: {}", id, why));
    plan.offEngines().forEach((id, why) -> LOG.warn("Engine {} of the store is off: {}", id, why));
  }

  /** The models of the store. */
  public CatalogModels models() {
    return models;
  }

  /** The engines of the store, and the draining of all. */
  public CatalogEngines engines() {
    return engines;
  }

  /** Ends what it asks of engines. The registry and the database are the caller's. */
  @Override
  public void close() {
    engines.close();
  }
}
