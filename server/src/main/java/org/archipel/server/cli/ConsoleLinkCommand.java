package org.archipel.server.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code console-link}: opens the console for whoever has the machine. */
@Command(
    name = "console-link",
    description = "Prints a link that signs the administrator in, once, within 15 minutes.",
    mixinStandardHelpOptions = true)
final class ConsoleLinkCommand implements Runnable {
  private final Shell shell;

  @Mixin private final ControlAccess access = new ControlAccess();

  ConsoleLinkCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    shell.tell(
        access,
        client -> client.post("/api/v1/console-links", Map.of()),
        made -> Shell.text(made, "url"));
  }
}
