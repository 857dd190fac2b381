package org.archipel.storage;

import java.io.Reader;
import java.io.StringReader;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.archipel.storage.Migrations.Script;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/** Runs Flyway over scripts that were already found: it scans no class path of its own. */
final class FlywayRun {
  private FlywayRun() {}

  /**
   * Brings a room's tables up to date.
   *
   * @throws org.flywaydb.core.api.FlywayException when a script fails or the history does not fit
   */
  static void migrate(DataSource source, String room, List<Script> scripts) {
    Flyway.configure()
        .dataSource(source)
        .table(SchemaHistory.table(room))
        // The rooms share one schema: to the second room it is never empty.
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .resourceProvider(new Scripts(scripts))
        .javaMigrationClassProvider(List::of)
        .skipDefaultCallbacks(true)
        .placeholderReplacement(false)
        .failOnMissingLocations(false)
        .cleanDisabled(true)
        .loggers("slf4j")
        .load()
        .migrate();
  }

  private record Scripts(List<Script> scripts) implements ResourceProvider {
    @Override
    public @Nullable LoadableResource getResource(String name) {
      for (Script script : scripts) {
        if (script.path().equals(name)) {
          return new ScriptResource(script);
        }
      }
      return null;
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
      return scripts.stream()
          .map(ScriptResource::new)
          .filter(resource -> resource.getFilename().startsWith(prefix))
          .filter(resource -> List.of(suffixes).stream().anyMatch(resource.getFilename()::endsWith))
          .map(LoadableResource.class::cast)
          .toList();
    }
  }

  private static final class ScriptResource extends LoadableResource {
    private final Script script;

    ScriptResource(Script script) {
      this.script = script;
    }

    @Override
    public Reader read() {
      return new StringReader(script.sql());
    }

    @Override
    public String getAbsolutePath() {
      return script.path();
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return script.path();
    }

    @Override
    public String getFilename() {
      return script.path().substring(script.path().lastIndexOf('/') + 1);
    }

    @Override
    public String getRelativePath() {
      return script.path();
    }
  }
}
