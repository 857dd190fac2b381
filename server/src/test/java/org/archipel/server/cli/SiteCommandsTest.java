package org.archipel.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.archipel.server.DataFolder;
import org.archipel.server.FirstKey;
import org.archipel.server.Site;
import org.archipel.server.config.Config;
import org.archipel.server.config.HostPort;
import org.archipel.server.config.ListenConfig;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A real site on a simulated engine, managed by the commands as an operator would. */
final class SiteCommandsTest {
  private static final HostPort FREE = new HostPort("127.0.0.1", 0);

  @TempDir private Path folder = Path.of(".");

  private final Terminal terminal = new Terminal();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @SuppressWarnings("NullAway.Init")
  private SimulatedEngine engine;

  @SuppressWarnings("NullAway.Init")
  private DataFolder data;

  @SuppressWarnings("NullAway.Init")
  private Site site;

  @BeforeEach
  void start() throws InterruptedException {
    engine = SimulatedEngine.start(new SimulatedEngineOptions());
    data = DataFolder.open(folder);
    site = Site.start(config(), data, Clock.systemUTC());
    site.awaitFirstProbes(Duration.ofSeconds(20));
    terminal
        .with("ARCHIPEL_CONTROL", "127.0.0.1:" + site.control().getPort())
        .with("ARCHIPEL_DATA", folder.toString());
  }

  private Config config() {
    return Config.of(ListenConfig.DEFAULTS.with(FREE, FREE), folder, List.of(engine.url()));
  }

  @AfterEach
  void stop() {
    site.close();
    data.close();
    engine.close();
    http.shutdownNow();
  }

  private void done(String... arguments) {
    assertThat(terminal.run(arguments)).as(terminal.err()).isZero();
  }

  private HttpResponse<String> chat(String key) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(Greeting.url(site.api()) + "/v1/chat/completions"))
            .timeout(Duration.ofSeconds(30))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    """
                    {"model":"simulated","messages":[{"role":"user","content":"Hello"}]}\
                    """))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void aKeyIsCreatedUsedCountedAndRevoked() throws Exception {
    done("org", "create", "insa");
    assertThat(terminal.out()).isEqualTo("organization insa created\n");
    done("project", "create", "insa", "chat");
    done("key", "create", "insa", "chat", "--name", "laptop", "--expires", "30d");
    String key = terminal.out().strip();
    assertThat(key).matches("ark-[a-z0-9]{12}-[A-Za-z0-9]+");
    assertThat(terminal.err()).contains("not shown again");
    assertThat(chat(key).statusCode()).isEqualTo(200);
    done("usage", "--by", "organization,model", "--since", "1h");
    assertThat(terminal.out()).contains("ORGANIZATION", "insa", "simulated");
    done("usage", "--by", "model", "--csv");
    assertThat(terminal.out()).startsWith("model,requests").contains("\r\nsimulated,1,1,0,0,");
    done("usage", "--json");
    assertThat(terminal.out()).contains("\"requests\":1");
    done("key", "revoke", key.substring(4, 16));
    assertThat(chat(key).statusCode()).isEqualTo(401);
    done("key", "list", "insa");
    assertThat(terminal.out()).contains("revoked", "laptop").doesNotContain(key);
  }

  @Test
  void whatIsUsedCostsWhatTheTariffSaysAndIsRepricedByIt() throws Exception {
    done("tariff", "list");
    assertThat(terminal.out()).contains("costs nothing");
    done("org", "create", "insa");
    done("project", "create", "insa", "chat");
    done("key", "create", "insa", "chat");
    String key = terminal.out().strip();
    assertThat(chat(key).statusCode()).isEqualTo(200);
    done("tariff", "add", "--request", "0.25", "--from", "2026-01-01");
    String id = terminal.out().strip().replace("tariff ", "");
    HttpResponse<String> priced = chat(key);
    done("usage", "--csv");
    assertThat(terminal.out().lines().toList().get(1)).startsWith("2,2,").endsWith(",0.250000");
    done("tariff", "reprice", "--since", "1h");
    assertThat(terminal.out()).isEqualTo("2 records, 1 corrections, 0.250000 EUR\n");
    done("tariff", "reprice", "--since", "1h", "--json");
    assertThat(terminal.out()).contains("\"corrections\":0");
    done("usage", "--organization", "insa", "--by", "project", "--csv");
    assertThat(terminal.out().lines().toList().get(1)).startsWith("chat,2,").endsWith(",0.500000");
    done("usage", "--request", priced.headers().firstValue("x-request-id").orElseThrow());
    assertThat(terminal.out()).containsPattern("tariff +" + id).containsPattern("cost +0.25");
    done("tariff", "end", id, "--at", "2026-01-01");
    done("tariff", "show", id);
    assertThat(terminal.out()).contains("0.25", "2026-01-01 00:00:00Z  2026-01-01 00:00:00Z");
    done("usage", "rebuild", "--since", "2026-01-01", "--until", "2026-01-03");
    assertThat(terminal.out()).isEqualTo("2 days summed up anew\n");
    assertThat(terminal.run("tariff", "add", "--prompt", "0.0000001")).isEqualTo(2);
    assertThat(terminal.run("tariff", "end", "none")).isEqualTo(1);
  }

  @Test
  void aKeysTermsAreGivenAndListed() {
    done("org", "create", "insa");
    done("project", "create", "insa", "chat");
    done("key", "create", "insa", "chat");
    done("key", "create", "insa", "chat", "--class", "batch", "--routing", "local-only");
    done("key", "create", "insa", "chat", "--max-class", "batch", "--queue", "12");
    done("key", "list", "insa");
    assertThat(terminal.out())
        .contains("CLASS", "ROUTING", "QUEUE")
        .containsPattern("standard <= interactive +any +- ")
        .containsPattern("batch <= interactive +local-only +- ")
        .containsPattern(" batch +any +12 ");
    assertThat(terminal.run("key", "create", "insa", "chat", "--class", "soon")).isEqualTo(1);
    assertThat(terminal.err()).contains("class: soon (expected: one of interactive");
    assertThat(terminal.run("key", "create", "insa", "chat", "--queue", "-1")).isEqualTo(1);
    assertThat(terminal.err()).contains("queue: -1 (expected: 0 to 1000000)");
    assertThat(terminal.run("key", "create", "insa", "chat", "--queue", "many")).isEqualTo(2);
  }

  @Test
  void quotasAreSetListedHeededAndRemoved() throws Exception {
    done("org", "create", "insa");
    done("project", "create", "insa", "chat");
    done("key", "create", "insa", "chat");
    String key = terminal.out().strip();
    done("quota", "set", "--org", "insa", "--budget-tokens", "50000", "--per", "month");
    assertThat(terminal.out()).isEqualTo("quota organization:insa set\n");
    done("quota", "set", "--key", key.substring(4, 16), "--requests-per-minute", "1");
    HttpResponse<String> first = chat(key);
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(first.headers().firstValue("x-ratelimit-limit-requests")).contains("1");
    HttpResponse<String> second = chat(key);
    assertThat(second.statusCode()).isEqualTo(429);
    assertThat(second.body()).contains("rate_limit_exceeded");
    done("quota", "list");
    assertThat(terminal.out())
        .contains("QUOTA", "LEFT", "organization:insa", "tokens/month", "requests/min");
    done("quota", "list", "--json");
    assertThat(terminal.out()).contains("\"tokens_per_month\":50000");
    done("quota", "list", "--limit", "1");
    assertThat(terminal.err()).contains("more: --after ");
    done("quota", "remove", "key:" + key.substring(4, 16));
    assertThat(chat(key).statusCode()).isEqualTo(200);
    done("events");
    assertThat(terminal.out()).contains("no events");
    done("quota", "set", "--org", "insa", "--project", "chat", "--budget-tokens", "0");
    HttpResponse<String> third = chat(key);
    assertThat(third.statusCode()).isEqualTo(429);
    assertThat(third.body()).contains("quota_exhausted");
    assertThat(terminal.run("quota", "set", "--org", "nobody", "--concurrent", "1")).isEqualTo(1);
    assertThat(terminal.run("quota", "set", "--org", "insa")).isEqualTo(1);
    assertThat(terminal.err()).contains("limits");
    assertThat(terminal.run("quota", "set", "--org", "insa", "--per", "week")).isEqualTo(2);
  }

  @Test
  void refusalsAreStatusOneWithTheReasonOfTheSite() {
    done("org", "create", "insa");
    assertThat(terminal.run("org", "create", "insa")).isEqualTo(1);
    assertThat(terminal.err()).startsWith("archipel: ").contains("insa");
    assertThat(terminal.err().lines()).hasSize(1);
    assertThat(terminal.run("project", "create", "../keys", "x")).isEqualTo(1);
    assertThat(terminal.run("key", "revoke", "nothing")).isEqualTo(1);
    assertThat(terminal.run("usage", "--by", "people")).isEqualTo(1);
    terminal.with("ARCHIPEL_TOKEN", "not-the-token-of-this-site");
    assertThat(terminal.run("org", "list")).isEqualTo(1);
    assertThat(terminal.err()).contains("token").doesNotContain("not-the-token");
  }

  @Test
  void listsAreTablesOrJson() {
    done("org", "list");
    assertThat(terminal.out()).contains("no organizations");
    done("engine", "list");
    assertThat(terminal.out()).contains("vllm").contains(" up ").contains("simulated");
    done("model", "list");
    assertThat(terminal.out()).contains("simulated");
    done("model", "list", "--json");
    assertThat(terminal.out()).contains("\"engines_up\":1");
    done("project", "list");
    done("key", "list");
    done("doctor", "--engine", engine.url().toString());
    assertThat(terminal.out()).contains("runs at").contains("simulated");
  }

  @Test
  void theQueueIsShownOnceOrAgainAndAgainOnATerminal() throws Exception {
    done("queue");
    assertThat(terminal.out()).startsWith("simulated ").doesNotContain("\033");
    done("queue", "--watch", "--model", "simulated", "--top", "1");
    assertThat(terminal.out()).startsWith("simulated ").doesNotContain("\033");
    done("queue", "--json");
    assertThat(terminal.out()).contains("\"model\":\"simulated\"", "\"locality_inversions\":0");
    assertThat(terminal.run("queue", "--model", "nobody")).isEqualTo(1);
    assertThat(terminal.err()).contains("model: unknown");

    StringWriter screen = new StringWriter();
    Output output = new Output(new PrintWriter(screen), new PrintWriter(screen), true);
    Iterator<Boolean> again = List.of(true, true, false).iterator();
    QueueCommand command =
        new QueueCommand(new Shell(output, Map.of(), Clock.systemUTC()), again::next);
    String control = "127.0.0.1:" + site.control().getPort();
    new CommandLine(command).execute("--watch", "--control", control, "--data", folder.toString());
    assertThat(screen.toString().split("\033\\[H", -1)).hasSize(4);
    assertThat(screen.toString()).startsWith("\033[2J\033[Hsimulated ").endsWith("\033[J");
  }

  @Test
  void requestsAreMeasuredAndNothingOfThemIsTold() throws Exception {
    String key = FirstKey.in(site.directory(), "test").orElseThrow();
    assertThat(chat(key).statusCode()).isEqualTo(200);
    assertThat(chat("ark-wrong").statusCode()).isEqualTo(401);
    String text =
        http.send(
                HttpRequest.newBuilder(URI.create(Greeting.url(site.control()) + "/metrics"))
                    .timeout(Duration.ofSeconds(30))
                    .build(),
                BodyHandlers.ofString())
            .body();
    assertThat(text)
        .contains(
            "archipel_requests_total{class=\"standard\",model=\"simulated\",org=\"local\","
                + "outcome=\"completed\"} 1.0")
        .contains("archipel_key_checks_total{result=\"accepted\"} 1.0")
        .contains("archipel_key_checks_total{result=\"unknown\"} 1.0")
        .contains("archipel_pool_saturation{model=\"simulated\"}")
        .contains("state=\"up\"} 1.0")
        .doesNotContain("ark-", key.substring(4, 16), "Hello", "project");
  }

  @Test
  void theGreetingTellsWhatListensAndWhatToTry() {
    Optional<String> key = FirstKey.in(site.directory(), "test");
    assertThat(key).isPresent();
    String text = String.join("\n", new Greeting(site, key, false).lines());
    assertThat(text)
        .contains("http://127.0.0.1:" + site.api().getPort() + "/v1")
        .contains("http://127.0.0.1:" + site.control().getPort())
        .contains(key.orElseThrow())
        .contains("curl ")
        .contains("\"model\":\"simulated\"");
    assertThat(FirstKey.in(site.directory(), "test")).isEmpty();
    boolean console = site.consoleLink().isPresent();
    assertThat(text.contains("/auth/once/")).as("on fresh data, with a console").isEqualTo(console);
    assertThat(String.join("\n", new Greeting(site, Optional.empty(), false).lines()))
        .as("later")
        .doesNotContain("/auth/once/");
  }

  @Test
  void anEngineThatComesBackIsUsedAgainAndASiteStartsWithoutAny() throws Exception {
    String key = FirstKey.in(site.directory(), "test").orElseThrow();
    engine.close();
    site.close();
    site = Site.start(config(), data, Clock.systemUTC());
    terminal.with("ARCHIPEL_CONTROL", "127.0.0.1:" + site.control().getPort());
    assertThat(site.awaitFirstProbes(Duration.ofSeconds(20))).isTrue();
    assertThat(String.join("\n", new Greeting(site, Optional.empty(), false).lines()))
        .contains("No engine is up yet");
    engine = SimulatedEngine.start(new SimulatedEngineOptions().withPort(engine.url().getPort()));
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> chat(key).statusCode() == 200);
  }

  @Test
  void aModelAndItsEngineComeAndGoWhileTheSiteRuns() throws Exception {
    try (SimulatedEngine another =
        SimulatedEngine.start(
            new SimulatedEngineOptions().withModels(SimulatedModel.chat("llama")))) {
      done("model", "add", "small", "--alias", "llama-small", "--context-window", "4096");
      assertThat(terminal.out()).contains("model small added");
      done("engine", "add", another.url().toString(), "--model", "small=llama", "--id", "gpu9");
      assertThat(terminal.out()).isEqualTo("gpu9 added\n");
      done("engine", "show", "gpu9");
      assertThat(terminal.out()).contains("upstream_model", "llama", "origin", "store");
      done("engine", "change", "gpu9", "--max-concurrency", "3", "--device", "l4");
      done("engine", "show", "gpu9", "--json");
      assertThat(terminal.out()).contains("\"max_concurrency\":3", "\"device\":\"l4\"");
      done("engine", "drain", "gpu9");
      assertThat(terminal.out()).startsWith("gpu9 gets no new requests; 0 run there still");
      done("engine", "list");
      assertThat(terminal.out()).contains("drained");
      done("doctor", "--data", folder.toString());
      assertThat(terminal.out()).contains("gpu9 gets no requests since");
      done("engine", "resume", "gpu9");
      assertThat(terminal.run("model", "remove", "small")).isOne();
      assertThat(terminal.err()).contains("engine gpu9 could not be used then");
      done("engine", "remove", "gpu9");
      done("model", "change", "small", "--alias", "");
      done("model", "show", "small");
      assertThat(terminal.out()).doesNotContain("llama-small");
      done("model", "remove", "small");
      assertThat(terminal.run("model", "show", "small")).isOne();
      assertThat(terminal.run("engine", "add", "http://127.0.0.1:1")).isEqualTo(2);
      assertThat(terminal.run("engine", "remove", "nobody")).isOne();
    }
  }

  @Test
  void whatIsSaidInTheCensusIsComparedWithWhatIsHere() {
    done("org", "create", "insa");
    done("census", "declare", "insa", "l40s", "4");
    done("census", "want", "insa", "h100-sxm", "8", "--purpose", "chat", "--cost", "1999.90");
    done("census", "show", "insa");
    assertThat(terminal.out()).contains("declared", "wanted", "1999.9 EUR");
    done("census", "export");
    assertThat(terminal.out())
        .contains("| insa | l40s | 4 | 0 | 0 | 0 |", "| insa | h100 | 0 | 0 | 0 | 8 |")
        .contains("| local | 1 | 1 | 1 |");
    done("census", "export", "--format", "csv");
    assertThat(terminal.out()).contains("insa,l40s,yes,4,0,0,0");
    done("census", "show", "insa", "--json");
    String id = terminal.out().replaceAll("(?s).*?\"id\":\"([0-9a-f-]+)\".*", "$1");
    done("census", "remove", id);
    assertThat(terminal.run("census", "remove", id)).isOne();
    assertThat(terminal.run("census", "export", "--format", "pdf")).isEqualTo(2);
  }
}
