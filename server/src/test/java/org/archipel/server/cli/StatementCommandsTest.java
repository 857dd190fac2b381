package org.archipel.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.archipel.server.DataFolder;
import org.archipel.server.Site;
import org.archipel.server.config.Config;
import org.archipel.server.config.HostPort;
import org.archipel.server.config.ListenConfig;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real site over the end of a month. */
final class StatementCommandsTest {
  private static final HostPort FREE = new HostPort("127.0.0.1", 0);

  @TempDir private Path folder = Path.of(".");

  private final Terminal terminal = new Terminal();
  private final Moved clock = new Moved();

  @SuppressWarnings("NullAway.Init")
  private SimulatedEngine engine;

  @SuppressWarnings("NullAway.Init")
  private DataFolder data;

  @SuppressWarnings("NullAway.Init")
  private Site site;

  /** A clock that shows what the test sets. */
  private static final class Moved extends Clock {
    private volatile Instant now = Instant.parse("2026-10-31T23:59:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @BeforeEach
  void start() throws InterruptedException {
    engine = SimulatedEngine.start(new SimulatedEngineOptions());
    data = DataFolder.open(folder);
    Config config =
        Config.of(ListenConfig.DEFAULTS.with(FREE, FREE), folder, List.of(engine.url()));
    site = Site.start(config, data, clock);
    site.awaitFirstProbes(Duration.ofSeconds(20));
    terminal
        .with("ARCHIPEL_CONTROL", "127.0.0.1:" + site.control().getPort())
        .with("ARCHIPEL_DATA", folder.toString());
  }

  @AfterEach
  void stop() {
    site.close();
    data.close();
    engine.close();
  }

  private void done(String... arguments) {
    assertThat(terminal.run(arguments)).as(terminal.err()).isZero();
  }

  private void chat() throws Exception {
    done("tariff", "add", "--request", "0.25", "--from", "2026-01-01");
    done("org", "create", "insa", "--display-name", "INSA <Rennes>");
    done("project", "create", "insa", "chat");
    done("key", "create", "insa", "chat");
    String key = terminal.out().strip();
    try (HttpClient http = HttpClient.newHttpClient()) {
      int status =
          http.send(
                  HttpRequest.newBuilder(
                          URI.create(Greeting.url(site.api()) + "/v1/chat/completions"))
                      .timeout(Duration.ofSeconds(30))
                      .header("authorization", "Bearer " + key)
                      .POST(
                          BodyPublishers.ofString(
                              """
                              {"model":"simulated","messages":[{"role":"user","content":"Hi"}]}\
                              """))
                      .build(),
                  BodyHandlers.ofString())
              .statusCode();
      assertThat(status).isEqualTo(200);
    }
  }

  @Test
  void aMonthIsDraftedClosedSavedAndVerified() throws Exception {
    chat();
    assertThat(terminal.run("statement", "close", "insa", "2026-10")).isEqualTo(1);
    assertThat(terminal.err()).contains("2026-10 has not ended");
    done("statement", "show", "insa", "2026-10");
    assertThat(terminal.out())
        .startsWith("draft of insa for 2026-10")
        .containsPattern("EUR +0.25 +0.00 +0.00 +-0.25");
    clock.now = Instant.parse("2026-11-01T00:00:00Z");
    done("statement", "list", "--open");
    assertThat(terminal.out()).containsPattern("insa +2026-10 +yes");
    done("statement", "close", "2026-10");
    assertThat(terminal.out()).startsWith("statement 1: insa, 2026-10, sha256 ");
    String hash = terminal.out().lines().findFirst().orElseThrow().replaceFirst(".* ", "");
    done("statement", "close", "2026-10");
    assertThat(terminal.out()).isEqualTo("nothing is open in 2026-10\n");
    done("statement", "list");
    assertThat(terminal.out()).containsPattern("1 +insa +2026-10 +2026-11-01 00:00:00Z");
    done("statement", "verify");
    assertThat(terminal.out()).contains("statements, none altered");
    for (String format : List.of("json", "html", "pdf")) {
      Path file = folder.resolve("october." + format);
      String[] save = {
        "statement",
        "save",
        "insa",
        "2026-10",
        "--format",
        format,
        "--lang",
        "fr",
        "--output",
        file.toString()
      };
      done(save);
      assertThat(terminal.run(save)).isEqualTo(1);
      assertThat(terminal.err()).contains("is there already");
    }
    assertThat(sha256(Files.readAllBytes(folder.resolve("october.json")))).isEqualTo(hash);
    assertThat(folder.resolve("october.html"))
        .content()
        .contains("Relevé n° 1 – INSA &lt;Rennes&gt; – 2026-10", hash);
    assertThat(
            new String(
                Files.readAllBytes(folder.resolve("october.pdf")), StandardCharsets.ISO_8859_1))
        .startsWith("%PDF-1.");
    done("usage", "export", "--since", "2026-10-01");
    assertThat(terminal.out())
        .startsWith("id,started_at,")
        .contains(",insa,chat,", ",0.250000,2026-10\r\n");
    assertThat(terminal.out().lines()).hasSize(2);
    done("usage", "export", "--format", "jsonl", "--organization", "insa");
    assertThat(terminal.out())
        .startsWith("{\"id\":")
        .contains("\"cost\":0.250000,\"stated_month\":\"2026-10\"}");
    done("usage", "export", "--format", "focus", "--until", "2026-11-01");
    assertThat(terminal.out())
        .startsWith("BilledCost,BillingAccountId")
        .contains("0.250000,insa,INSA <Rennes>,EUR,", "-0.250000,local,local,EUR,");
    done("usage", "export", "--until", "2026-10-01");
    assertThat(terminal.out().lines()).hasSize(1);
    done("key", "list", "insa", "--json");
    String id = terminal.out().replaceFirst("(?s).*\"id\":\"([a-z0-9]+)\".*", "$1");
    done("person", "export", "--key", id);
    assertThat(terminal.out()).contains("\"key\":\"" + id + "\"").hasLineCount(1);
    done("person", "erase", "p-nobody");
    assertThat(terminal.out()).isEqualTo("0 requests are of nobody in particular now\n");
    assertThat(terminal.run("person", "export")).isEqualTo(2);
    assertThat(terminal.run("usage", "export", "--format", "xlsx")).isEqualTo(2);
    assertThat(terminal.run("usage", "export", "--since", "soon")).isEqualTo(1);
    assertThat(terminal.err()).contains("since: not a time");
    assertThat(terminal.run("statement", "save", "nobody", "2026-10")).isEqualTo(1);
    assertThat(Path.of("statement-nobody-2026-10.pdf")).doesNotExist();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return java.util.HexFormat.of()
        .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
