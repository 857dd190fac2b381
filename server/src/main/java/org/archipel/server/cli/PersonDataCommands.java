package org.archipel.server.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is kept of one person's use: {@code person export} and {@code person erase}. */
final class PersonDataCommands {
  private PersonDataCommands() {}

  @Command(
      name = "export",
      description = "Writes all usage records of one person as JSON Lines.",
      mixinStandardHelpOptions = true)
  static final class Export implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(
        paramLabel = "PSEUDONYM",
        arity = "0..1",
        description = "The person's pseudonym, as person show tells it.")
    private String person = "";

    @Option(
        names = "--key",
        paramLabel = "ID",
        description = "Instead: all records of a key that only this person uses.")
    private String key = "";

    Export(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      if (person.isEmpty() == key.isEmpty()) {
        throw Failure.usage("PSEUDONYM or --key (expected: one of them)");
      }
      String path =
          ControlClient.query("/api/v1/exports/person", Map.of("person", person, "key", key));
      try (ControlClient client = access.client(shell.environment())) {
        client.print(path, "application/jsonl", shell.output().out());
      }
    }
  }

  @Command(
      name = "erase",
      description = {
        "Takes a person's pseudonym out of all usage records and sums, which stay without it.",
        "What the person uses afterwards is recorded as before."
      },
      mixinStandardHelpOptions = true)
  static final class Erase implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "PSEUDONYM", description = "The person's pseudonym.")
    private String person = "";

    Erase(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.post("/api/v1/usage/erase", Map.of("person", person)),
          erased ->
              "%s requests are of nobody in particular now"
                  .formatted(Shell.text(erased, "requests")));
    }
  }
}
