package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.archipel.directory.access.Person;
import org.archipel.directory.access.Role;
import org.archipel.directory.access.Scope;
import org.archipel.scheduling.EngineSnapshot;
import org.archipel.scheduling.Flow;
import org.archipel.scheduling.FlowSnapshot;
import org.archipel.scheduling.PoolCounters;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.scheduling.ServiceClass;
import org.archipel.storage.Actor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The live view: whom it tells what, and when it ends. */
final class LiveRoutesTest {
  private static final String MODEL = "mistral-small";
  private static final PoolCounters NOTHING =
      new PoolCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  private static final EngineSnapshot ENGINE =
      new EngineSnapshot(
          "gpu1", "univ-rennes", EngineSnapshot.State.UP, 4, 16, 0, 0, 0.25, 1e4, 0.02, -1);

  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void start() {
    control = new RunningControl(folder, new FixedCatalog());
    control.pools.put(
        MODEL,
        new PoolSnapshot(
            0.25,
            List.of(flow("insa", "chat", 3), flow("inria", "search", 5)),
            List.of(ENGINE),
            NOTHING));
  }

  @AfterEach
  void stop() {
    http.shutdownNow();
    control.close();
  }

  private static FlowSnapshot flow(String organization, String project, int waiting) {
    Flow flow = new Flow(organization, project, ServiceClass.STANDARD);
    return new FlowSnapshot(flow, waiting, 100, 2, 1_500_000_000L, 0);
  }

  private Person holder(Role role, Scope scope) {
    Person person = control.access.person(role.word());
    control.access.parts.persons().grant(Actor.token(), person.id(), role, scope);
    return person;
  }

  private JsonNode seenBy(Person person) throws Exception {
    return pool(
        control.parse(control.send("GET", "/api/v1/live", "", control.access.browser(person))));
  }

  private static JsonNode pool(JsonNode live) {
    for (JsonNode pool : live.path("pools")) {
      if (pool.path("model").asText().equals(MODEL)) {
        return pool;
      }
    }
    throw new AssertionError("no pool of " + MODEL + " in " + live);
  }

  @Test
  void aMemberSeesHowFullItIsAndOnlyItsOwnRequests() throws Exception {
    control.directory.createOrganization(Actor.token(), "insa");
    control.directory.createProject(Actor.token(), "insa", "chat");
    JsonNode pool = seenBy(holder(Role.PROJECT_MEMBER, new Scope.Project("insa", "chat")));
    assertThat(pool.path("waiting").asInt()).isEqualTo(8);
    assertThat(pool.path("flows").findValuesAsText("organization")).containsExactly("insa");
    assertThat(pool.has("engine_states")).isFalse();
  }

  @Test
  void whoRunsTheSiteSeesAllRequestsAndEngines() throws Exception {
    JsonNode pool = seenBy(holder(Role.SITE_OPERATOR, Scope.site()));
    assertThat(pool.path("flows").findValuesAsText("organization"))
        .containsExactlyInAnyOrder("insa", "inria");
    assertThat(pool.at("/engine_states/0/engine").asText()).isEqualTo("gpu1");
  }

  @Test
  void waitsOfAllPoolsAreToldByClass() throws Exception {
    JsonNode live = control.get("/api/v1/live");
    assertThat(live.path("classes").findValuesAsText("class"))
        .containsExactly("interactive", "standard", "batch");
    assertThat(live.at("/classes/1/waiting").asInt()).isEqualTo(8);
    assertThat(live.at("/classes/1/oldest_wait_seconds").asDouble()).isEqualTo(1.5);
    await()
        .untilAsserted(
            () ->
                assertThat(control.get("/api/v1/live").at("/totals/waiting").asInt()).isEqualTo(8));
  }

  @Test
  void aStreamTellsEachSecondAndThePastOnlyOnce() throws Exception {
    try (BufferedReader events = stream("authorization", "Bearer " + RunningControl.TOKEN)) {
      JsonNode first = next(events).orElseThrow();
      assertThat(first.path("history").isArray()).isTrue();
      assertThat(first.path("ready").asBoolean()).isTrue();
      control.ready.set(false);
      JsonNode later =
          Stream.generate(() -> quietly(events))
              .limit(5)
              .filter(event -> !event.path("ready").asBoolean())
              .findFirst()
              .orElseThrow();
      assertThat(later.has("history")).isFalse();
      assertThat(pool(later).path("waiting").asInt()).isEqualTo(8);
    }
  }

  @Test
  void aRoleThatIsGoneEndsTheStream() throws Exception {
    Person person = holder(Role.SITE_OPERATOR, Scope.site());
    String[] headers = control.access.browser(person);
    try (BufferedReader events = stream(headers[0], headers[1])) {
      assertThat(next(events)).isPresent();
      String grant =
          control.access.parts.persons().find(person.id()).orElseThrow().roles().getFirst().id();
      control.access.parts.persons().revoke(Actor.token(), grant, OptionalLong.empty());
      long began = System.nanoTime();
      while (next(events).isPresent()) {
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(12));
      }
    }
  }

  @Test
  void aListenerThatLeavesIsForgottenAndTheServerStopsWithOpenStreams() throws Exception {
    stream("authorization", "Bearer " + RunningControl.TOKEN).close();
    BufferedReader open = stream("authorization", "Bearer " + RunningControl.TOKEN);
    assertThat(next(open)).isPresent();
    control.server.close();
    assertThat(next(open)).isEmpty();
  }

  private BufferedReader stream(String name, String value) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + control.server.address().getPort() + "/api/v1/live"))
            .header(name, value)
            .header("accept", "text/event-stream")
            .build();
    HttpResponse<InputStream> got = http.send(request, BodyHandlers.ofInputStream());
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(got.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
    return new BufferedReader(new InputStreamReader(got.body(), StandardCharsets.UTF_8));
  }

  private static JsonNode quietly(BufferedReader events) {
    try {
      return next(events).orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The next event; empty when the stream has ended. */
  private static Optional<JsonNode> next(BufferedReader events) throws IOException {
    try {
      for (String line = events.readLine(); line != null; line = events.readLine()) {
        if (line.startsWith("data: ")) {
          return Optional.of(new ObjectMapper().readTree(line.substring("data: ".length())));
        }
      }
    } catch (IOException e) {
      // The other end closed in the middle of a chunk.
      return Optional.empty();
    }
    return Optional.empty();
  }
}
