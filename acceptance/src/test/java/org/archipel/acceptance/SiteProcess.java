package org.archipel.acceptance;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A site as its operator runs it: {@code serve} in a process of its own, with a data folder that
 * outlives it. It can be killed, ended and started again on the same data. Not thread-safe.
 */
final class SiteProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final String FREE = "127.0.0.1:0";
  private static final Duration END_LIMIT = Duration.ofSeconds(60);

  private final Program.Surroundings around;
  private final List<String> arguments;
  private final Path data;
  private final Path logs;
  private Run run;
  private int runs;

  /** One life of the process. */
  private record Run(Process process, Path out, Path err) {}

  private SiteProcess(Program.Surroundings around, List<String> arguments, String api)
      throws IOException {
    this.around = around;
    this.data = around.folder().resolve("data");
    this.logs = Files.createDirectories(around.folder().resolve("logs"));
    List<String> all = new ArrayList<>(List.of("serve"));
    all.addAll(arguments);
    all.addAll(List.of("--api", api, "--control", FREE, "--data", data.toString()));
    all.add("--json");
    this.arguments = List.copyOf(all);
    this.run = begin();
  }

  /** Starts a site that a file describes, in a folder, and returns when it is ready. */
  static SiteProcess serve(Path folder, SiteFile file) throws IOException {
    return serve(Program.Surroundings.in(folder), file);
  }

  static SiteProcess serve(Program.Surroundings around, SiteFile file) throws IOException {
    return started(begun(around, file, FREE));
  }

  /**
   * Begins to start a site that others know by its address, and does not wait for it.
   *
   * @param api where the API listens, at every start
   */
  static SiteProcess begun(Program.Surroundings around, SiteFile file, String api)
      throws IOException {
    Path path = around.folder().resolve("site.yaml");
    Files.writeString(path, file.text());
    return new SiteProcess(around, List.of("--config", path.toString()), api);
  }

  /** Waits until a site that was begun is ready; ends it when it does not become so. */
  SiteProcess awaitReady() {
    return started(this);
  }

  /** Starts a site without a file, in front of engines, and returns when it is ready. */
  static SiteProcess serveEngines(Path folder, URI... engines) throws IOException {
    List<String> arguments = new ArrayList<>();
    for (URI engine : engines) {
      arguments.addAll(List.of("--engine", engine.toString()));
    }
    return started(new SiteProcess(Program.Surroundings.in(folder), arguments, FREE));
  }

  private static SiteProcess started(SiteProcess site) {
    try {
      site.awaitGreeting();
      return site;
    } catch (RuntimeException e) {
      site.close();
      throw e;
    }
  }

  private Run begin() throws IOException {
    runs++;
    Path out = logs.resolve("site-" + runs + ".out");
    Path err = logs.resolve("site-" + runs + ".err");
    return new Run(Program.start(around, out, err, arguments), out, err);
  }

  private void awaitGreeting() {
    await("the greeting of a site")
        .atMost(START_LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> out().endsWith("\n") || !run.process.isAlive());
    if (!run.process.isAlive()) {
      throw new IllegalStateException(
          "the site ended with status " + run.process.exitValue() + ": " + err());
    }
  }

  /** What the start said of itself: addresses, and a key when it made one. */
  JsonNode greeting() {
    return WireJson.read(out().lines().findFirst().orElseThrow());
  }

  URI api() {
    return URI.create(greeting().path("api").asText());
  }

  ControlApi control() {
    try {
      String token = Files.readString(data.resolve("admin.token")).strip();
      return new ControlApi(URI.create(greeting().path("control").asText()), token);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that it keeps. */
  Path data() {
    return data;
  }

  /** Everything that its runs wrote to standard output and standard error, a file each. */
  Path logs() {
    return logs;
  }

  long pid() {
    return run.process.pid();
  }

  boolean alive() {
    return run.process.isAlive();
  }

  /** What the present run wrote to standard output so far. */
  String out() {
    return text(run.out);
  }

  /** What the present run wrote to standard error so far: its log. */
  String err() {
    return text(run.err);
  }

  /** Lines of the log of this level, for example {@code ERROR}. */
  List<String> logged(String level) {
    String mark = "\"level\":\"" + level + "\"";
    return err().lines().filter(line -> line.contains(mark)).toList();
  }

  /** {@code kill -9}; returns when the process is gone. */
  void kill() {
    run.process.destroyForcibly();
    awaitEnd();
  }

  /** Sends SIGTERM and returns at once. */
  void terminate() {
    run.process.destroy();
  }

  /** Waits for the end of the process and returns its status. */
  int awaitEnd() {
    try {
      if (!run.process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the site does not end: " + err());
      }
      return run.process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a site was ending", e);
    }
  }

  /** Starts the same site again on its data, after its process has ended. Ports may change. */
  void startAgain() throws IOException {
    beginAgain();
    awaitGreeting();
  }

  /** The same without waiting for it. */
  void beginAgain() throws IOException {
    if (alive()) {
      throw new IllegalStateException("the site runs (expected: killed or ended)");
    }
    run = begin();
  }

  /** Kills what still runs: a test that wants a good end asks for it. */
  @Override
  public void close() {
    kill();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
