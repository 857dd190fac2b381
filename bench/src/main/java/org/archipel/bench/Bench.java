package org.archipel.bench;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The bench's command line. Exit status 0 done, 1 failed or with errors, 2 used wrongly. */
@Command(
    name = "bench",
    description = "Measures Archipel beside nginx on this machine.",
    subcommands = {
      UpstreamCommand.class,
      LoadCommand.class,
      CompareCommand.class,
      UsageCommand.class,
      HelpCommand.class
    })
public final class Bench {
  /** Runs one command and exits. */
  public static void main(String[] arguments) {
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    CommandLine line =
        new CommandLine(new Bench())
            .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    System.exit(line.execute(arguments));
  }
}
