package org.archipel.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.archipel.server.DataFolder;
import org.archipel.server.FirstKey;
import org.archipel.server.Site;
import org.archipel.server.config.Config;
import org.archipel.server.config.ConfigFile;
import org.archipel.server.config.HostPort;
import org.archipel.server.config.ListenConfig;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.storage.Actor;
import picocli.CommandLine.Command;

/**
 * {@code rehearse}: does once what starts, requests and commands do, and ends. The launcher runs it
 * to make the cache from which every later start is fast.
 */
@Command(name = "rehearse", description = "Does what a start does, once, and ends.", hidden = true)
final class RehearseCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int ROUNDS = 20;

  private final Shell shell;

  RehearseCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("archipel-rehearsal");
    try (SimulatedEngine engine =
        SimulatedEngine.start(new SimulatedEngineOptions().withAnswerTokens(8, 64))) {
      // Twice: the second start finds its database migrated, as almost every start does.
      play(folder, engine.url(), 1);
      play(folder, engine.url(), ROUNDS);
    } finally {
      delete(folder);
    }
    return 0;
  }

  private void play(Path folder, URI engine, int rounds) throws IOException, InterruptedException {
    Config config = config(folder, engine);
    try (DataFolder data = DataFolder.open(folder);
        Site site = Site.start(config, data, shell.clock());
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      String key =
          FirstKey.in(site.directory(), "rehearsal")
              .orElseGet(
                  () ->
                      site.directory()
                          .createKey(
                              Actor.system("rehearse"),
                              FirstKey.ORGANIZATION,
                              FirstKey.PROJECT,
                              Optional.empty(),
                              Optional.empty())
                          .secret());
      site.awaitFirstProbes(LIMIT);
      new Greeting(site, Optional.of(key), false).lines();
      for (int i = 0; i < rounds; i++) {
        ask(http, site, key, false);
        ask(http, site, key, true);
      }
      commands(site, folder);
    }
  }

  private static Config config(Path folder, URI engine) {
    HostPort free = new HostPort("127.0.0.1", 0);
    String text =
        """
        site: {id: rehearsal}
        models:
          - id: simulated
            engines: [{url: "%s", type: vllm, max_concurrency: 8}]
        """
            .formatted(engine);
    return new ConfigFile("rehearsal", Optional.of(folder), Map.of())
        .parse(text)
        .withListen(ListenConfig.DEFAULTS.with(free, free));
  }

  private static void ask(HttpClient http, Site site, String key, boolean stream)
      throws IOException, InterruptedException {
    String body =
        """
        {"model":"simulated","stream":%s,"messages":[{"role":"user","content":"Hello"}]}\
        """
            .formatted(stream);
    http.send(
        HttpRequest.newBuilder(URI.create(Greeting.url(site.api()) + "/v1/chat/completions"))
            .timeout(LIMIT)
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private void commands(Site site, Path folder) {
    String control = "127.0.0.1:" + site.control().getPort();
    Output nowhere =
        new Output(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
    Shell quiet = new Shell(nowhere, Map.of(), shell.clock());
    List<List<String>> commands =
        List.of(
            List.of("org", "list"),
            List.of("project", "list"),
            List.of("key", "create", FirstKey.ORGANIZATION, FirstKey.PROJECT),
            List.of("key", "list"),
            List.of("engine", "list"),
            List.of("queue"),
            List.of("usage", "--by", "model"));
    for (List<String> command : commands) {
      Stream<String> where = Stream.of("--control", control, "--data", folder.toString());
      Archipel.run(quiet, Stream.concat(command.stream(), where).toArray(String[]::new));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
