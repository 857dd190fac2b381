package org.archipel.server.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands on one key. */
final class KeyChanges {
  private KeyChanges() {}

  private static String path(String id) {
    return KeyCommands.PATH + "/" + ControlClient.encode(id);
  }

  @Command(
      name = "show",
      description = "Shows a key, without its secret.",
      mixinStandardHelpOptions = true)
  static final class Show implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "The key's id, as key list shows it.")
    private String id = "";

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.describe(access, client -> client.get(path(id)));
    }
  }

  @Command(
      name = "change",
      description = "Changes the terms of a living key, at once; what is not given stays.",
      mixinStandardHelpOptions = true)
  static final class Change implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "The key's id, as key list shows it.")
    private String id = "";

    @Mixin private final KeyOptions options = new KeyOptions();

    Change(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> said = options.said();
      if (said.isEmpty()) {
        throw Failure.usage("nothing to change (expected: an option; --help lists them)");
      }
      shell.tell(access, client -> client.patch(path(id), said), made -> "key " + id + " changed");
    }
  }

  @Command(
      name = "rotate",
      description = "Makes a successor of a key and prints it, this once; the old key ends later.",
      mixinStandardHelpOptions = true)
  static final class Rotate implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "The key's id, as key list shows it.")
    private String id = "";

    @Option(
        names = "--overlap",
        paramLabel = "LENGTH",
        description = "How long the old key still works, such as 30m, 24h (default) or 0h.")
    private String overlap = "24h";

    Rotate(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.post(path(id) + "/rotate", Map.of("overlap", overlap)),
          made -> Shell.text(made, "secret"));
      KeyCommands.warn(shell, access);
    }
  }
}
