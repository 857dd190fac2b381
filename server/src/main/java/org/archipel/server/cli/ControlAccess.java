package org.archipel.server.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.archipel.server.config.HostPort;
import org.archipel.server.config.ListenConfig;
import org.archipel.server.config.StorageConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a command finds the control listener and proves that it may use it. */
final class ControlAccess {
  /** The address of the control listener. */
  static final String CONTROL_VARIABLE = "ARCHIPEL_CONTROL";

  /** The administrator's token itself. */
  static final String TOKEN_VARIABLE = "ARCHIPEL_TOKEN";

  /** The folder that holds the administrator's token. */
  static final String DATA_VARIABLE = "ARCHIPEL_DATA";

  private static final long MAX_TOKEN_FILE = 4096;

  @Option(
      names = "--control",
      paramLabel = "HOST:PORT",
      description = "The control listener (or ARCHIPEL_CONTROL; default 127.0.0.1:8081).")
  private @Nullable String control;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder that holds admin.token (or ARCHIPEL_DATA; default data).")
  private @Nullable Path data;

  @Option(names = "--json", description = "Answer as JSON.")
  private boolean json;

  boolean json() {
    return json;
  }

  Optional<Path> data() {
    return Optional.ofNullable(data);
  }

  Optional<String> control() {
    return Optional.ofNullable(control);
  }

  ControlClient client(Map<String, String> environment) {
    return new ControlClient(base(environment), token(environment, folder(environment)));
  }

  URI base(Map<String, String> environment) {
    String text =
        control()
            .or(() -> Optional.ofNullable(environment.get(CONTROL_VARIABLE)))
            .orElse(ListenConfig.DEFAULT_CONTROL.toString());
    if (text.startsWith("http://") || text.startsWith("https://")) {
      try {
        return URI.create(text.replaceAll("/+$", ""));
      } catch (IllegalArgumentException e) {
        throw Failure.usage("--control: not a URL (expected: HOST:PORT or http://HOST:PORT)");
      }
    }
    return HostPort.parse(text)
        .map(address -> URI.create("http://" + address))
        .orElseThrow(() -> Failure.usage("--control: \"" + text + "\" (expected: HOST:PORT)"));
  }

  Path folder(Map<String, String> environment) {
    return data()
        .or(() -> Optional.ofNullable(environment.get(DATA_VARIABLE)).map(Path::of))
        .orElse(StorageConfig.DEFAULT_DATA);
  }

  static String token(Map<String, String> environment, Path folder) {
    String given = environment.get(TOKEN_VARIABLE);
    if (given != null && !given.isBlank()) {
      return given.strip();
    }
    Path file = folder.resolve("admin.token");
    try {
      if (Files.size(file) > MAX_TOKEN_FILE) {
        throw Failure.failed(file + ": too large for a token");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw Failure.failed(
          "%s: %s (expected: the token that the first start wrote; --data DIR names its folder, or"
                  .formatted(file, Files.exists(file) ? "cannot be read" : "no such file")
              + " set ARCHIPEL_TOKEN)");
    }
  }
}
