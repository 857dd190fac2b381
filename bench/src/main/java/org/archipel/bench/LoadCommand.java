package org.archipel.bench;

import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench load}: one load on one target. Exit status 1 when there was an error. */
@Command(name = "load", description = "Loads one target on loopback and reports what it measured.")
final class LoadCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "HOST:PORT", description = "On loopback.")
  private String target = "";

  @Option(
      names = "--model",
      defaultValue = "json",
      description = "json, burst, paced, paced10, paced1, prefill, big (default: json).")
  private String model = "json";

  @Option(
      names = {"-c", "--connections"},
      defaultValue = "64",
      description = "Default: 64.")
  private int connections;

  @Option(
      names = {"-t", "--threads"},
      defaultValue = "1",
      description = "Event loops; default: 1.")
  private int threads;

  @Option(
      names = "--rate",
      description = "Requests a second at fixed intended times; without it, closed loop.")
  private Optional<Double> rate = Optional.empty();

  @Option(names = "--warm", defaultValue = "5", description = "Seconds before; default: 5.")
  private double warmSeconds;

  @Option(names = "--measure", defaultValue = "10", description = "Seconds; default: 10.")
  private double measureSeconds;

  @Option(names = "--ramp", defaultValue = "0", description = "Seconds to spread connections over.")
  private double rampSeconds;

  @Option(names = "--events", defaultValue = "250", description = "Of a paced answer.")
  private int events;

  @Option(names = "--body", defaultValue = "1200", description = "Bytes of a request's body.")
  private int bodyBytes;

  @Option(names = "--timeout", defaultValue = "30", description = "Seconds without a byte.")
  private double timeoutSeconds;

  @Option(
      names = "--key-from",
      paramLabel = "NAME",
      description = "Environment variable that holds the bearer token.")
  private Optional<String> keyFrom = Optional.empty();

  @Option(names = "--json", description = "Only the line of JSON.")
  private boolean jsonOnly;

  @Override
  public Integer call() throws InterruptedException {
    InetSocketAddress to = address(target);
    LoadResult result;
    try (LoadRequest request = LoadRequest.chat(to, key(), model, events, bodyBytes);
        Load load = Load.start(plan(to, request), threads)) {
      Thread.sleep(seconds(warmSeconds));
      load.beginMeasuring();
      Thread.sleep(seconds(measureSeconds));
      result = load.endMeasuring();
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
    PrintWriter out = spec.commandLine().getOut();
    if (!jsonOnly) {
      out.print(LoadReport.table(result));
    }
    out.println(LoadReport.json(result));
    out.flush();
    return result.errors() == 0 && result.answered() + result.events() > 0 ? 0 : 1;
  }

  private LoadPlan plan(InetSocketAddress to, LoadRequest request) {
    return new LoadPlan(
        to,
        request,
        connections,
        rate.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        seconds(rampSeconds),
        seconds(timeoutSeconds));
  }

  private Optional<String> key() {
    return keyFrom.map(
        name ->
            Optional.ofNullable(System.getenv(name))
                .orElseThrow(
                    () -> wrong("--key-from: " + name + " (expected: a variable that is set)")));
  }

  private ParameterException wrong(@Nullable String message) {
    return new ParameterException(spec.commandLine(), String.valueOf(message));
  }

  private InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    try {
      return new InetSocketAddress(
          InetAddress.getByName(text.substring(0, Math.max(colon, 0))),
          Integer.parseInt(text.substring(colon + 1)));
    } catch (UnknownHostException | IllegalArgumentException e) {
      throw wrong("target: " + text + " (expected: HOST:PORT on loopback)");
    }
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
