package org.archipel.server.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.archipel.server.config.HostPort;
import org.archipel.server.config.ListenConfig;
import org.archipel.server.config.StorageConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a site that is started here listens and keeps its data. */
final class ServeOptions {
  @Option(
      names = "--api",
      paramLabel = "HOST:PORT",
      description = "Where the inference API listens.")
  private @Nullable String api;

  @Option(
      names = "--control",
      paramLabel = "HOST:PORT",
      description = "Where the control listener listens.")
  private @Nullable String control;

  @Option(names = "--data", paramLabel = "DIR", description = "Folder of the site's data.")
  private @Nullable Path data;

  @Option(names = "--json", description = "Say what was started as one line of JSON.")
  private boolean json;

  boolean json() {
    return json;
  }

  Optional<Path> data() {
    return Optional.ofNullable(data);
  }

  Path dataOr(Path usual) {
    return data().orElse(usual);
  }

  /** The folder that {@code serve --engine} uses unless told otherwise. */
  Path usualData() {
    return dataOr(StorageConfig.DEFAULT_DATA);
  }

  /** The addresses: those of the options, else those given. */
  ListenConfig listen(ListenConfig usual) {
    return usual.with(
        address("--api", api).orElse(usual.api()),
        address("--control", control).orElse(usual.control()));
  }

  /** Whether the address of the API was asked for. */
  boolean apiGiven() {
    return api != null;
  }

  /** Whether the address of the control listener was asked for. */
  boolean controlGiven() {
    return control != null;
  }

  private static Optional<HostPort> address(String option, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    Optional<HostPort> address = HostPort.parse(text);
    if (address.isEmpty()) {
      throw Failure.usage(
          "%s: \"%s\" (expected: HOST:PORT, as in 127.0.0.1:8080)"
              .formatted(option, Table.printable(text)));
    }
    return address;
  }
}
