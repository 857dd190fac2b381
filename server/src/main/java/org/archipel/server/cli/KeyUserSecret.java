package org.archipel.server.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands on the secret by which a key's application names its users. */
final class KeyUserSecret {
  private KeyUserSecret() {}

  private static String path(String id) {
    return KeyCommands.PATH + "/" + ControlClient.encode(id) + "/user-secret";
  }

  @Command(
      name = "set-user-secret",
      description = {
        "Sets the secret with which Open WebUI signs who is behind a request",
        "(its FORWARD_USER_INFO_HEADER_JWT_SECRET), and prints it when it is drawn here."
      },
      mixinStandardHelpOptions = true)
  static final class Set implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "The key's id, as key list shows it.")
    private String id = "";

    @Option(
        names = "--secret-file",
        paramLabel = "FILE",
        description = "Take the secret of this file: never on a command line, which others see.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--required", description = "Refuse requests that name nobody.")
    private boolean required;

    Set(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> wish = new LinkedHashMap<>();
      file.ifPresent(from -> wish.put("secret", read(from)));
      wish.put("required", required);
      shell.tell(
          access,
          client -> client.put(path(id), wish),
          set -> set.hasNonNull("secret") ? Shell.text(set, "secret") : "key " + id + " changed");
      if (file.isEmpty()) {
        KeyCommands.warn(shell, access);
      }
    }

    private static String read(Path file) {
      try {
        return Files.readString(file, StandardCharsets.UTF_8).strip();
      } catch (IOException e) {
        throw Failure.usage("--secret-file: " + file + " (expected: a file that can be read)");
      }
    }
  }

  @Command(
      name = "remove-user-secret",
      description = "Removes the secret: the key's requests name nobody any more.",
      mixinStandardHelpOptions = true)
  static final class Remove implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "The key's id, as key list shows it.")
    private String id = "";

    Remove(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(access, client -> client.delete(path(id)), changed -> "key " + id + " changed");
    }
  }
}
