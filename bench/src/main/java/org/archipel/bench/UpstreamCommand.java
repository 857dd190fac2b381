package org.archipel.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench upstream}: the neutral upstream in a process of its own. */
@Command(name = "upstream", description = "Runs the neutral upstream on loopback until stopped.")
final class UpstreamCommand implements Callable<Integer> {
  /** What the line that tells the address begins with. */
  static final String ANNOUNCED = "upstream listens on port ";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--port", defaultValue = "0", description = "Port; 0: any free one.")
  private int port;

  @Option(
      names = "--events",
      defaultValue = "250",
      description = "Events of a paced answer without max_tokens (default: ${DEFAULT-VALUE}).")
  private int events;

  @Option(
      names = "--until-input-ends",
      description = "Stops when standard input ends, so that it never outlives who started it.")
  private boolean untilInputEnds;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Upstream upstream = Upstream.start(port, events)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(ANNOUNCED + upstream.address().getPort());
      out.flush();
      if (untilInputEnds) {
        InputStream in = System.in;
        while (in.read() >= 0) {
          // Whatever is said is ignored; only the end counts.
        }
      } else {
        new CountDownLatch(1).await();
      }
    }
    return 0;
  }
}
