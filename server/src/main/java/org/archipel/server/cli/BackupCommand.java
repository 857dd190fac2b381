package org.archipel.server.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.archipel.server.config.ConfigFile;
import org.archipel.server.config.StorageConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code backup}: everything that the database holds, in one file. */
@Command(
    name = "backup",
    description = {
      "Writes the site's database to a new file, while the site runs or not.",
      "The file fits every kind of database; restore reads it."
    },
    mixinStandardHelpOptions = true)
final class BackupCommand implements Runnable {
  private static final Path USUAL_FILE = Path.of("archipel.yaml");

  private final Shell shell;

  @Option(names = "--to", required = true, paramLabel = "FILE", description = "Must not exist.")
  private Path to = Path.of("");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "What describes the site (archipel.yaml, if it is here).")
  private @Nullable Path config;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of a site without a file (or ARCHIPEL_DATA; default data).")
  private @Nullable Path data;

  @Option(names = "--from", paramLabel = "URL", description = "The database, when nothing else.")
  private @Nullable String from;

  @Option(names = "--json", description = "Answer as JSON.")
  private boolean json;

  BackupCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    TransferTalk talk = new TransferTalk(shell.output(), json);
    talk.done(talk.transfer().backup(url(), to, shell.clock().instant()), "written to " + to);
  }

  private String url() {
    if (from != null) {
      if (config != null || data != null) {
        throw Failure.usage("--from with --config or --data (expected: one of them)");
      }
      return existing(StorageUrl.of("--from", from, shell.environment()));
    }
    Optional<Path> folder = Optional.ofNullable(data);
    Path file = Optional.ofNullable(config).orElse(USUAL_FILE);
    if (config != null || (data == null && Files.exists(USUAL_FILE))) {
      return existing(ConfigFile.load(file, folder, shell.environment()).storage().url());
    }
    Path usual =
        folder
            .or(
                () ->
                    Optional.ofNullable(shell.environment().get(ControlAccess.DATA_VARIABLE))
                        .map(Path::of))
            .orElse(StorageConfig.DEFAULT_DATA);
    return existing(StorageConfig.in(usual).url());
  }

  /** Opening would make an SQLite file. */
  private static String existing(String url) {
    Optional<Path> missing = StorageConfig.file(url).filter(file -> !Files.exists(file));
    if (missing.isPresent()) {
      throw Failure.failed(
          missing.get()
              + " does not exist (expected: a site's database; --config, --data, --from)");
    }
    return url;
  }
}
