package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A creation with an idempotency key is done once. */
final class RepeatedRequestsTest {
  private static final String KEYS = "/api/v1/keys";
  private static final String WISH = "{\"organization\":\"insa\",\"project\":\"chat\"}";

  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  @BeforeEach
  void start() throws Exception {
    control = new RunningControl(folder, new FixedCatalog());
    control.call("POST", "/api/v1/organizations", "{\"name\":\"insa\"}");
    control.call("POST", "/api/v1/organizations/insa/projects", "{\"name\":\"chat\"}");
  }

  @AfterEach
  void stop() {
    control.close();
  }

  private HttpResponse<String> post(String path, String body, String key) throws Exception {
    return control.send(
        "POST",
        path,
        body,
        "authorization",
        "Bearer " + RunningControl.TOKEN,
        "idempotency-key",
        key);
  }

  private int keys() throws Exception {
    return control.get(KEYS).path("items").size();
  }

  @Test
  void aRepetitionGetsTheSameAnswerAndNothingMoreIsMade() throws Exception {
    HttpResponse<String> first = post("/api/v1/organizations", "{\"name\":\"inria\"}", "a");
    HttpResponse<String> again = post("/api/v1/organizations", "{\"name\":\"inria\"}", "a");
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("idempotency-replayed")).contains("true");
    assertThat(first.headers().firstValue("idempotency-replayed")).isEmpty();
  }

  @Test
  void theSecretOfAKeyIsInTheFirstAnswerOnlyAndNotInTheDatabase() throws Exception {
    HttpResponse<String> first = post(KEYS, WISH, "a");
    String secret = control.parse(first).path("secret").asText();
    assertThat(secret).startsWith("ark-");
    HttpResponse<String> again = post(KEYS, WISH, "a");
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.body()).doesNotContain(secret);
    assertThat(control.parse(again).path("note").asText()).contains("shown");
    assertThat(control.parse(again).path("key")).isEqualTo(control.parse(first).path("key"));
    assertThat(keys()).isEqualTo(1);
    assertThat(bodies()).isNotEmpty().noneMatch(body -> body.contains(secret));
  }

  private List<String> bodies() {
    return control.database.read(
        handle ->
            handle.createQuery("SELECT body FROM repeated_request").mapTo(String.class).list());
  }

  @Test
  void anotherRequestWithTheSameKeyIsRefused() throws Exception {
    post(KEYS, WISH, "a");
    HttpResponse<String> other = post(KEYS, WISH.replace("}", ",\"name\":\"x\"}"), "a");
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(control.parse(other).path("type").asText())
        .isEqualTo("urn:archipel:problem:repeat-mismatch");
    assertThat(keys()).isEqualTo(1);
    for (String wrong : List.of("a b", "x".repeat(201))) {
      assertThat(post(KEYS, WISH, wrong).statusCode()).as(wrong).isEqualTo(400);
    }
  }

  @Test
  void aRefusedCreationMayBeSentAgain() throws Exception {
    String wish = "{\"organization\":\"insa\",\"project\":\"new\"}";
    assertThat(post(KEYS, wish, "a").statusCode()).isEqualTo(404);
    control.call("POST", "/api/v1/organizations/insa/projects", "{\"name\":\"new\"}");
    assertThat(post(KEYS, wish, "a").statusCode()).isEqualTo(201);
  }

  @Test
  void manyAtOnceMakeOneThing() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        calls.add(() -> post(KEYS, WISH, "a"));
      }
      for (Future<HttpResponse<String>> answer : callers.invokeAll(calls)) {
        assertThat(answer.get().statusCode()).isIn(201, 409);
      }
    }
    assertThat(keys()).isEqualTo(1);
  }

  /** What kill -9 between the creation and its answer leaves: a key without an answer. */
  @Test
  void aKeyWhoseProcessDiedIsNotDoneAgain() throws Exception {
    post(KEYS, WISH, "a");
    control.database.write(
        handle -> handle.execute("UPDATE repeated_request SET status = NULL, process = 'dead'"));
    HttpResponse<String> again = post(KEYS, WISH, "a");
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(control.parse(again).path("type").asText())
        .isEqualTo("urn:archipel:problem:repeat-unknown");
    assertThat(keys()).isEqualTo(1);
  }

  @Test
  void aDayLaterTheKeyIsFree() throws Exception {
    post(KEYS, WISH, "a");
    long day = 24 * 3600 * 1000L;
    control.database.write(
        handle ->
            handle.execute("UPDATE repeated_request SET created_at = created_at - ?", day + 1));
    assertThat(post(KEYS, WISH, "a").headers().firstValue("idempotency-replayed")).isEmpty();
    assertThat(keys()).isEqualTo(2);
    assertThat(bodies()).hasSize(1);
  }
}
