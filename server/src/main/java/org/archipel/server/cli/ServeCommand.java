package org.archipel.server.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.archipel.server.DataFolder;
import org.archipel.server.FirstKey;
import org.archipel.server.Site;
import org.archipel.server.config.Config;
import org.archipel.server.config.ConfigFile;
import org.archipel.server.config.ListenConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code serve}: runs a site until it is told to end. */
@Command(
    name = "serve",
    description = "Runs a site: from a file, or in front of the engines given.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final Path USUAL_FILE = Path.of("archipel.yaml");

  private final Shell shell;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "What describes the site (default archipel.yaml when it is there).")
  private @Nullable Path file;

  @Option(
      names = "--engine",
      paramLabel = "URL",
      arity = "1..*",
      description = "Engines whose type and models are found by asking them; no file is read.")
  private List<String> engines = new ArrayList<>();

  @Mixin private final ServeOptions options = new ServeOptions();

  ServeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Config config = config();
    try (DataFolder data = DataFolder.open(config.storage().data());
        Site site = Site.start(config, data, shell.clock())) {
      Optional<String> key =
          engines.isEmpty() ? Optional.empty() : FirstKey.in(site.directory(), "made by serve");
      Foreground.run(shell, site, new Greeting(site, key, options.json()));
    }
    return 0;
  }

  private Config config() {
    if (file != null && !engines.isEmpty()) {
      throw Failure.usage("--config and --engine together (expected: one of them)");
    }
    if (!engines.isEmpty()) {
      List<URI> urls = engines.stream().map(ServeCommand::url).toList();
      return Config.of(options.listen(ListenConfig.DEFAULTS), options.usualData(), urls);
    }
    Path chosen = Optional.ofNullable(file).orElse(USUAL_FILE);
    if (file == null && !Files.exists(USUAL_FILE)) {
      throw Failure.usage(
          "nothing to serve (expected: --config FILE, --engine URL, or archipel.yaml here;"
              + " archipel demo needs neither)");
    }
    Config config = ConfigFile.load(chosen, options.data(), shell.environment());
    return config.withListen(options.listen(config.listen()));
  }

  static URI url(String text) {
    return Config.engineUrl(text)
        .orElseThrow(
            () ->
                Failure.usage(
                    "--engine: \"%s\" (expected: http://HOST:PORT)"
                        .formatted(Table.printable(text))));
  }
}
