package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code queue}: who waits for which model, and how its engines are. */
@Command(
    name = "queue",
    description = "Shows who waits for which model, and how its engines are.",
    mixinStandardHelpOptions = true)
final class QueueCommand implements Runnable {
  /** To the upper left corner, without clearing first: that would flicker. */
  private static final String HOME = "\033[H";

  private static final String CLEAR_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";
  private static final String CLEAR_ALL = "\033[2J";

  private final Shell shell;
  private final BooleanSupplier again;

  @Mixin private final ControlAccess access = new ControlAccess();

  @Option(
      names = "--watch",
      description = "Draw again every second until Ctrl-C; once where no terminal is.")
  private boolean watch;

  @Option(names = "--model", paramLabel = "M", description = "Only this model, or its alias.")
  private String model = "";

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "How many models, flows and engines to show (default ${DEFAULT-VALUE}).")
  private int top = 8;

  QueueCommand(Shell shell) {
    this(shell, QueueCommand::aSecondLater);
  }

  /**
   * @param again returns when it is time to draw again; false when nobody wants that
   */
  QueueCommand(Shell shell, BooleanSupplier again) {
    this.shell = shell;
    this.again = again;
  }

  @Override
  public void run() {
    if (watch && access.json()) {
      throw Failure.usage("--watch and --json together (expected: one of them)");
    }
    if (top < 1) {
      throw Failure.usage("--top: " + top + " (expected: >= 1)");
    }
    String path = ControlClient.query("/api/v1/queue", Map.of("model", model));
    try (ControlClient client = access.client(shell.environment())) {
      if (access.json()) {
        shell.output().line(client.get(path).toString());
      } else if (watch && shell.output().terminal()) {
        watch(client, path);
      } else {
        lines(client.get(path)).forEach(shell.output()::line);
      }
    }
  }

  private void watch(ControlClient client, String path) {
    StringBuilder frame = new StringBuilder(CLEAR_ALL);
    do {
      frame.append(HOME);
      for (String line : lines(client.get(path))) {
        frame.append(line).append(CLEAR_LINE).append('\n');
      }
      // In one write, so that nobody sees half of it.
      shell.output().out().print(frame.append(CLEAR_BELOW));
      shell.output().out().flush();
      frame.setLength(0);
    } while (again.getAsBoolean());
  }

  private List<String> lines(JsonNode answer) {
    return new QueueView(top).lines(answer.path("items"));
  }

  private static boolean aSecondLater() {
    try {
      // Ctrl-C ends the process meanwhile.
      return !new CountDownLatch(1).await(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
