package org.archipel.server.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.archipel.server.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code version}: which Archipel this is. */
@Command(name = "version", description = "Prints the version.", mixinStandardHelpOptions = true)
final class VersionCommand implements Runnable {
  private final Shell shell;

  @Option(names = "--json", description = "Answer as JSON.")
  private boolean json;

  VersionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    shell
        .output()
        .line(
            json
                ? JsonNodeFactory.instance
                    .objectNode()
                    .put("version", Version.text())
                    .put("java", Runtime.version().toString())
                    .toString()
                : "archipel " + Version.text());
  }
}
