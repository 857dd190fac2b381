package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.archipel.directory.KeyCheck;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.archipel.storage.Actor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlServerTest {
  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  @BeforeEach
  void start() {
    control = new RunningControl(folder, new FixedCatalog());
  }

  @AfterEach
  void stop() {
    control.close();
  }

  @Test
  void everyApiPathAsksForTheToken() throws Exception {
    for (String path :
        new String[] {
          "/api/v1/organizations",
          "/api/v1/projects",
          "/api/v1/keys",
          "/api/v1/usage",
          "/api/v1/engines",
          "/api/v1/models",
          "/api/v1/queue",
          "/api/v1/site",
          "/api/v1/organizations/x/projects"
        }) {
      assertThat(control.send("GET", path, "").statusCode()).as(path).isEqualTo(401);
      assertThat(control.send("GET", path, "", "authorization", "Bearer wrong").statusCode())
          .as(path)
          .isEqualTo(401);
    }
    HttpResponse<String> refused =
        control.send("POST", "/api/v1/organizations", "{\"name\":\"evil\"}");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    assertThat(control.directory.organizations().none()).isTrue();
  }

  @Test
  void healthIsForEverybody() throws Exception {
    assertThat(control.send("GET", "/health/live", "").statusCode()).isEqualTo(200);
    assertThat(control.send("GET", "/health/ready", "").statusCode()).isEqualTo(200);
    control.ready.set(false);
    assertThat(control.send("GET", "/health/ready", "").statusCode()).isEqualTo(503);
    assertThat(control.send("GET", "/health/live", "").statusCode()).isEqualTo(200);
  }

  @Test
  void organizationsProjectsAndKeysAreCreatedAndListed() throws Exception {
    assertThat(control.call("POST", "/api/v1/organizations", "{\"name\":\"insa\"}").statusCode())
        .isEqualTo(201);
    assertThat(
            control
                .call("POST", "/api/v1/organizations/insa/projects", "{\"name\":\"chat\"}")
                .statusCode())
        .isEqualTo(201);
    HttpResponse<String> made =
        control.call(
            "POST",
            "/api/v1/keys",
            """
            {"organization":"insa","project":"chat","name":"laptop","expires":"30d"}\
            """);
    assertThat(made.statusCode()).isEqualTo(201);
    String secret = control.parse(made).path("secret").asText();
    assertThat(control.directory.keyRing().check(secret)).isInstanceOf(KeyCheck.Accepted.class);
    assertThat(control.get("/api/v1/organizations").path("items")).hasSize(1);
    assertThat(control.get("/api/v1/projects?organization=insa").path("items")).hasSize(1);
    assertThat(control.get("/api/v1/organizations/insa/projects").path("items")).hasSize(1);
    JsonNode key = control.get("/api/v1/keys").path("items").path(0);
    assertThat(key.path("name").asText()).isEqualTo("laptop");
    assertThat(key.path("state").asText()).isEqualTo("active");
    assertThat(key.path("expires_at").asText()).isEqualTo("2026-12-20T10:00:00Z");
    assertThat(control.call("GET", "/api/v1/keys", "").body()).doesNotContain(secret);
  }

  @Test
  void aKeySaysHowItsRequestsAreScheduled() throws Exception {
    control.directory.createOrganization(Actor.token(), "insa");
    control.directory.createProject(Actor.token(), "insa", "chat");
    String start = "{\"organization\":\"insa\",\"project\":\"chat\"";
    HttpResponse<String> made =
        control.call(
            "POST",
            "/api/v1/keys",
            start + ",\"max_class\":\"batch\",\"routing\":\"local-only\",\"queue\":3}");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    JsonNode key = control.get("/api/v1/keys").path("items").path(0);
    assertThat(key.path("class").asText()).isEqualTo("batch");
    assertThat(key.path("max_class").asText()).isEqualTo("batch");
    assertThat(key.path("routing").asText()).isEqualTo("local-only");
    assertThat(key.path("max_routing").asText()).isEqualTo("local-only");
    assertThat(key.path("queue").asInt()).isEqualTo(3);
    for (String wrong :
        new String[] {"\"class\":\"fast\"", "\"class\":7", "\"queue\":-1", "\"queue\":\"3\""}) {
      HttpResponse<String> refused =
          control.call("POST", "/api/v1/keys", start + "," + wrong + "}");
      assertProblem(refused, 400, wrong.substring(1, 6));
    }
    assertThat(control.get("/api/v1/keys").path("items")).hasSize(1);
  }

  @Test
  void aRevokedKeyStopsAtOnce() throws Exception {
    control.directory.createOrganization(Actor.token(), "insa");
    control.directory.createProject(Actor.token(), "insa", "chat");
    var key =
        control.directory.createKey(
            Actor.token(), "insa", "chat", Optional.empty(), Optional.empty());
    assertThat(control.call("DELETE", "/api/v1/keys/" + key.key().id(), "").statusCode())
        .isEqualTo(200);
    assertThat(control.directory.keyRing().check(key.secret()))
        .isEqualTo(KeyCheck.Rejected.REVOKED);
  }

  @Test
  void refusalsAreProblemsThatSayWhatIsWrong() throws Exception {
    control.directory.createOrganization(Actor.token(), "insa");
    assertProblem(
        control.call("POST", "/api/v1/organizations", "{\"name\":\"insa\"}"), 409, "insa");
    assertProblem(control.call("POST", "/api/v1/organizations", "{\"name\":\"É\"}"), 400, "");
    assertProblem(control.call("POST", "/api/v1/organizations", "{}"), 400, "name: missing");
    assertProblem(control.call("POST", "/api/v1/organizations", "{\"nom\":1}"), 400, "name");
    assertProblem(control.call("POST", "/api/v1/organizations", "{\"name\":7}"), 400, "name");
    assertProblem(control.call("POST", "/api/v1/organizations", "[[[["), 400, "JSON");
    assertProblem(control.call("POST", "/api/v1/organizations", "null"), 400, "null");
    assertProblem(
        control.call("POST", "/api/v1/organizations/nobody/projects", "{\"name\":\"a\"}"),
        404,
        "nobody");
    assertProblem(control.call("DELETE", "/api/v1/keys/none", ""), 400, "not an id");
    assertProblem(control.call("DELETE", "/api/v1/keys/abcdefghjkmn", ""), 404, "");
    assertProblem(control.call("GET", "/api/v1/keys?organisation=x", ""), 400, "organization");
    assertProblem(control.call("GET", "/api/v1/nothing", ""), 404, "");
    assertProblem(control.call("PUT", "/api/v1/organizations", "{}"), 405, "");
    assertProblem(control.call("POST", "/api/v1/organizations", "x".repeat(5000)), 413, "");
  }

  private void assertProblem(HttpResponse<String> response, int status, String detail)
      throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .startsWith("application/problem+json");
    JsonNode problem = control.parse(response);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotEmpty();
    assertThat(problem.path("detail").asText()).contains(detail);
  }

  @Test
  void usageIsSummedAsJsonAndCsv() throws Exception {
    control.ledger.journal().append(record("mistral-small", 10, 5));
    control.ledger.journal().append(record("=cmd()", 1, 2));
    org.awaitility.Awaitility.await()
        .until(
            () -> control.get("/api/v1/usage").path("items").path(0).path("requests").asInt() == 2);
    JsonNode usage = control.get("/api/v1/usage?by=model,organization&since=2026-11-01&until=0m");
    assertThat(usage.path("by").toString()).isEqualTo("[\"organization\",\"model\"]");
    assertThat(usage.path("items")).hasSize(2);
    assertThat(usage.path("items").findValuesAsText("prompt_tokens")).contains("10", "1");
    assertThat(control.get("/api/v1/usage?since=1h&by=day").path("items")).isEmpty();
    HttpResponse<String> csv =
        control.send(
            "GET",
            "/api/v1/usage?by=model",
            "",
            "authorization",
            "Bearer " + RunningControl.TOKEN,
            "accept",
            "text/csv");
    assertThat(csv.headers().firstValue("content-type").orElse("")).startsWith("text/csv");
    assertThat(csv.body().split("\r\n"))
        .containsExactlyInAnyOrder(
            "model,requests,completed,cancelled,failed,prompt_tokens,cached_tokens,"
                + "completion_tokens,estimated,engine_seconds,audio_seconds,cost",
            "mistral-small,1,1,0,0,10,0,5,0,0.000000,0.000,0.000000",
            "'=cmd(),1,1,0,0,1,0,2,0,0.000000,0.000,0.000000");
    assertProblem(control.call("GET", "/api/v1/usage?by=people", ""), 400, "model");
    assertProblem(control.call("GET", "/api/v1/usage?since=yesterday", ""), 400, "since");
    assertProblem(
        control.call("GET", "/api/v1/usage?since=2026-11-02&until=2026-11-01", ""), 400, "until");
  }

  private static UsageRecord record(String model, long prompt, long completion) {
    return new UsageRecord(
        UUID.randomUUID(),
        RunningControl.NOW.minusSeconds(7200),
        "request",
        "rennes",
        new UsageRecord.Charged("insa", "chat", "key"),
        model,
        Optional.of(new UsageRecord.Place("gpu1", "univ-rennes")),
        "/v1/chat/completions",
        false,
        UsageOutcome.COMPLETED,
        200,
        Optional.empty(),
        new UsageRecord.Tokens(prompt, 0, completion, false),
        new UsageRecord.Timing(1, 2, 3),
        1,
        1,
        1);
  }

  @Test
  void modelsAndEnginesAreShownWithoutTheirSecrets() throws Exception {
    JsonNode model = control.get("/api/v1/models").path("items").path(0);
    assertThat(model.path("engines").asInt()).isEqualTo(2);
    assertThat(model.path("engines_up").asInt()).isEqualTo(1);
    assertThat(model.path("context_window").asInt()).isEqualTo(32768);
    JsonNode engines = control.get("/api/v1/engines").path("items");
    assertThat(engines.path(0).path("state").asText()).isEqualTo("up");
    assertThat(engines.path(0).path("capabilities").path("version").asText()).isEqualTo("0.30.1");
    assertThat(engines.path(1).path("state").asText()).isEqualTo("down");
    assertThat(engines.path(1).path("problem").asText()).contains("connection refused");
    assertThat(engines.toString()).doesNotContain("sk-engine-secret");
  }

  @Test
  void theSiteSaysWhoItIs() throws Exception {
    JsonNode site = control.get("/api/v1/site");
    assertThat(site.path("id").asText()).isEqualTo("rennes");
    assertThat(site.path("version").asText()).isEqualTo("1.2.3");
    assertThat(site.path("uptime_seconds").asInt()).isEqualTo(90);
    assertThat(site.path("api").asText()).isEqualTo("127.0.0.1:8080");
  }

  @Test
  void hostileBytesGetAnAnswerOrAClosedConnectionAndTheNextCallerIsServed() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    byte[] good =
        ("POST /api/v1/organizations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + RunningControl.TOKEN
                + "\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{\"name\":\"abcd\"}")
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 150; i++) {
      byte[] bytes = good.clone();
      for (int n = random.nextInt(1, 8); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      String answer = exchange(bytes);
      assertThat(answer.isEmpty() || answer.matches("(?s)HTTP/1\\.[01] [234].*"))
          .as("seed %d at %d: %s", seed, i, answer)
          .isTrue();
    }
    assertThat(control.send("GET", "/health/live", "").statusCode()).isEqualTo(200);
  }

  /** Sends bytes, says that no more come, and reads what is answered. */
  private String exchange(byte[] bytes) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), control.server.address().getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      in.transferTo(all);
      return all.toString(StandardCharsets.ISO_8859_1);
    } catch (java.net.SocketException e) {
      return "";
    }
  }

  @Test
  void aPortInUseIsReportedWithItsAddress() {
    ControlOptions taken = ControlOptions.at(control.server.address());
    assertThatThrownBy(
            () -> ControlServer.start(taken, new AdminToken(RunningControl.TOKEN), control.parts))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining(":" + control.server.address().getPort());
  }

  @Test
  void aShortTokenIsRefused() {
    assertThatThrownBy(() -> new AdminToken("secret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6 characters")
        .hasMessageNotContaining("secret");
  }
}
