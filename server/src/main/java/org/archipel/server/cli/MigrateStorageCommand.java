package org.archipel.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code migrate-storage}: moves a site to another database. */
@Command(
    name = "migrate-storage",
    description = {
      "Copies a stopped site's database to an empty one, of the same or the other kind.",
      "Every table is counted and summed on both sides. What was interrupted is run again."
    },
    mixinStandardHelpOptions = true)
final class MigrateStorageCommand implements Runnable {
  private final Shell shell;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "URL",
      description = "The database that holds the site.")
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "URL",
      description = "An empty one. ${NAME} reads a variable, for passwords.")
  private String to = "";

  @Option(names = "--json", description = "Answer as JSON.")
  private boolean json;

  MigrateStorageCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    TransferTalk talk = new TransferTalk(shell.output(), json);
    String source = StorageUrl.of("--from", from, shell.environment());
    String target = StorageUrl.of("--to", to, shell.environment());
    talk.done(
        talk.transfer().move(source, target),
        "moved; write the new URL into storage.url and start the site");
  }
}
