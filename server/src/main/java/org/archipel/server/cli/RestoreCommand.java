package org.archipel.server.cli;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code restore}: fills an empty database from a backup. */
@Command(
    name = "restore",
    description = "Fills an empty database from a backup, of whichever kind of database it was.",
    mixinStandardHelpOptions = true)
final class RestoreCommand implements Runnable {
  private final Shell shell;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "FILE",
      description = "What backup wrote.")
  private Path from = Path.of("");

  @Option(
      names = "--to",
      required = true,
      paramLabel = "URL",
      description = "An empty database. ${NAME} reads a variable, for passwords.")
  private String to = "";

  @Option(names = "--json", description = "Answer as JSON.")
  private boolean json;

  RestoreCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    TransferTalk talk = new TransferTalk(shell.output(), json);
    String target = StorageUrl.of("--to", to, shell.environment());
    talk.done(talk.transfer().restore(from, target), "restored; point storage.url at it and start");
  }
}
