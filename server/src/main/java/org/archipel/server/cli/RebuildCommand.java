package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code usage rebuild}: sums of days made anew from their records. */
@Command(
    name = "rebuild",
    description = "Sums days up anew from their records and corrections.",
    mixinStandardHelpOptions = true)
final class RebuildCommand implements Runnable {
  private final Shell shell;

  @Mixin private final ControlAccess access = new ControlAccess();

  @Option(
      names = "--since",
      required = true,
      paramLabel = "DATE",
      description = "The first day (UTC), as in 2026-11-01.")
  private String since = "";

  @Option(
      names = "--until",
      required = true,
      paramLabel = "DATE",
      description = "The day after the last.")
  private String until = "";

  RebuildCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    LocalDate first = date("--since", since);
    LocalDate end = date("--until", until);
    long rebuilt = 0;
    List<String> kept = new ArrayList<>();
    try (ControlClient client = access.client(shell.environment())) {
      // A day at a time: a busy one takes seconds.
      for (LocalDate day = first; day.isBefore(end); day = day.plusDays(1)) {
        JsonNode done =
            client.post(
                "/api/v1/usage/rebuild",
                Map.of("since", day.toString(), "until", day.plusDays(1).toString()));
        rebuilt += done.path("rebuilt").asLong();
        done.path("kept").forEach(one -> kept.add(one.asText()));
      }
    }
    if (access.json()) {
      shell.output().line(ControlClient.json(Map.of("rebuilt", rebuilt, "kept", kept)));
      return;
    }
    shell.output().line(rebuilt + " days summed up anew");
    if (!kept.isEmpty()) {
      shell
          .output()
          .line("kept as they are, since records are missing: " + String.join(", ", kept));
    }
  }

  private static LocalDate date(String option, String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw Failure.usage(option + ": not a date (expected: as in 2026-11-01)");
    }
  }
}
