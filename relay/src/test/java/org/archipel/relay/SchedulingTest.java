package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.archipel.directory.KeyTerms;
import org.archipel.scheduling.Completion;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Flow;
import org.archipel.scheduling.Outcome;
import org.archipel.scheduling.Patience;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.ServiceClass;
import org.archipel.scheduling.TokenEstimate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request says reaches its pool, and what its engine does too. */
@ExtendWith(LeakCheck.class)
final class SchedulingTest {
  private static final String CHAT = "/v1/chat/completions";

  private final ScriptedEngine engine = new ScriptedEngine();
  private final RecordingPool pool = new RecordingPool();

  private RelayFixture.Builder builder() {
    return RelayFixture.of(engine).pool(pool);
  }

  private Demand demand(String path, String json, String headers) throws Exception {
    try (RelayFixture relay = builder().start()) {
      assertThat(relay.client().post(path, json, headers).answer().status()).isEqualTo(200);
      return pool.demands().getFirst();
    }
  }

  @Test
  void aPlainRequestHasTheDefaultsOfItsKey() throws Exception {
    Demand demand = demand(CHAT, "{\"model\":\"m\"}", "");
    assertThat(demand.flow()).isEqualTo(new Flow("univ-a", "chat", ServiceClass.STANDARD));
    assertThat(demand.routing()).isEqualTo(RoutingMode.ANY);
    assertThat(demand.tokens()).isEqualTo(new TokenEstimate(3, TokenEstimate.UNLIMITED));
    assertThat(demand.patience().deadlineNanos()).isEqualTo(Patience.CLASS_DEADLINE);
    assertThat(demand.patience().queueLimit()).isEqualTo(Integer.MAX_VALUE);
    assertThat(demand.prefix().blocks()).isEmpty();
    assertThat(demand.prefix().session()).isZero();
  }

  @Test
  void aRequestIsScheduledAsItSays() throws Exception {
    String json =
        "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[\""
            + "x".repeat(1000)
            + "\"],\"priority\":1}";
    Demand demand =
        demand(
            CHAT,
            json,
            "x-archipel-class: interactive\r\nx-archipel-routing: local-first\r\n"
                + "x-archipel-deadline-ms: 5000\r\nX-Chat: c-1\r\n");
    assertThat(demand.flow().serviceClass()).isEqualTo(ServiceClass.INTERACTIVE);
    assertThat(demand.routing()).isEqualTo(RoutingMode.LOCAL_FIRST);
    assertThat(demand.tokens().completionLimit()).isEqualTo(9);
    Patience patience = demand.patience();
    assertThat(patience.deadlineNanos() - patience.submittedNanos())
        .isEqualTo(TimeUnit.SECONDS.toNanos(5));
    assertThat(demand.prefix().blocks()).hasSize(3);
    assertThat(demand.prefix().session()).isNotZero();
    assertThat(engine.call().text()).isEqualTo(json.replace(",\"priority\":1", ""));
  }

  @Test
  void aKeysLimitsHoldWhateverIsAsked() throws Exception {
    KeyTerms terms =
        new KeyTerms(
            KeyTerms.ServiceClass.BATCH,
            KeyTerms.ServiceClass.BATCH,
            KeyTerms.Routing.LOCAL_ONLY,
            KeyTerms.Routing.LOCAL_ONLY,
            OptionalInt.of(3));
    try (RelayFixture relay = builder().terms(terms).start()) {
      String headers = "x-archipel-class: interactive\r\nx-archipel-routing: any\r\n";
      assertThat(relay.client().post(CHAT, "{\"model\":\"m\"}", headers).answer().status())
          .isEqualTo(200);
      Demand demand = pool.demands().getFirst();
      assertThat(demand.flow().serviceClass()).isEqualTo(ServiceClass.BATCH);
      assertThat(demand.routing()).isEqualTo(RoutingMode.LOCAL_ONLY);
      assertThat(demand.patience().queueLimit()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-archipel-class: fast",
        "x-archipel-routing: here",
        "x-archipel-deadline-ms: soon"
      })
  void aWrongHeaderIsRefusedByName(String header) throws Exception {
    try (RelayFixture relay = builder().start()) {
      RawClient.Answer got =
          relay.client().post(CHAT, "{\"model\":\"m\"}", header + "\r\n").answer();
      assertThat(got.status()).isEqualTo(400);
      assertThat(got.text())
          .contains(
              "\"code\":\"invalid_request\"",
              "\"param\":\"" + header.substring(0, header.indexOf(':')) + "\"",
              "(expected: ");
      assertThat(pool.demands()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/embeddings", "/v1/rerank", "/v1/score"})
  void whatGeneratesNothingWaitsLongAndHasNoPrefix(String path) throws Exception {
    Demand demand =
        demand(path, "{\"model\":\"m\",\"input\":\"" + "x".repeat(1000) + "\"}", "x-chat: 1\r\n");
    assertThat(demand.tokens().completionLimit()).isZero();
    assertThat(demand.prefix().blocks()).isEmpty();
    assertThat(demand.prefix().session()).isZero();
    assertThat(demand.patience().deadlineNanos() - demand.patience().submittedNanos())
        .isEqualTo(RelayTimeouts.DEFAULTS.queue().toNanos());
    assertThat(pool.told()).containsExactly("first");
  }

  @Test
  void aLargeBodyHasItsPrefixToo() throws Exception {
    String json = "{\"model\":\"m\",\"prompt\":\"" + "x".repeat(RequestReader.READ_INLINE) + "\"}";
    assertThat(demand("/v1/completions", json, "").prefix().blocks()).hasSize(256);
  }

  @Test
  void aBurstOfEmbeddingsWaitsForItsTurns() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(call -> call.await(go).json(200, "{\"data\":[]}"));
    try (RelayFixture relay = builder().concurrency(2).start()) {
      List<RawClient> burst = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        burst.add(relay.client().post("/v1/embeddings", "{\"model\":\"m\",\"input\":\"a\"}"));
      }
      Awaitility.await().until(() -> relay.server().waiting() == 38);
      go.countDown();
      for (RawClient client : burst) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void thePoolHearsOfTheFirstTokenAndThenOfEverySixtyFour() throws Exception {
    CountDownLatch heard = new CountDownLatch(1);
    engine.always(
        call -> {
          call.streamHead();
          call.chunk(": started\n\n");
          call.chunk(pieces(1));
          heard.countDown();
          for (int i = 0; i < 20; i++) {
            call.chunk(pieces(10));
          }
          call.chunk(
                  "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":70,\"completion_tokens\":201,"
                      + "\"prompt_tokens_details\":{\"cached_tokens\":64}}}\n\n")
              .chunk("data: [DONE]\n\n")
              .endChunks();
        });
    try (RelayFixture relay = builder().start()) {
      RawClient.Answer got =
          relay.client().post(CHAT, "{\"model\":\"m\",\"stream\":true}").answer();
      assertThat(got.text()).endsWith("data: [DONE]\n\n");
      assertThat(heard.getCount()).isZero();
      Awaitility.await().until(() -> !pool.completions().isEmpty());
      assertThat(pool.completions())
          .containsExactly(new Completion(Outcome.COMPLETED, 70, 64, 201));
      assertThat(pool.told().getFirst()).isEqualTo("first");
      List<Integer> counts = pool.told().stream().skip(1).map(Integer::parseInt).toList();
      assertThat(counts).isSorted().hasSizeBetween(0, 3).allMatch(count -> count <= 201);
      for (int i = 1; i < counts.size(); i++) {
        assertThat(counts.get(i) - counts.get(i - 1)).isGreaterThanOrEqualTo(64);
      }
    }
  }

  @Test
  void aCacheThatIsNotReportedIsUnknownAndNotEmpty() throws Exception {
    engine.always(
        call -> call.json(200, "{\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}"));
    demand(CHAT, "{\"model\":\"m\"}", "");
    assertThat(pool.completions())
        .containsExactly(new Completion(Outcome.COMPLETED, 7, Completion.UNKNOWN, 3));
    assertThat(pool.told()).as("a whole answer has no first token to measure").isEmpty();
  }

  @Test
  void howManyTokensAnInterruptedRunMadeIsEstimated() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(call -> call.streamHead().chunk(pieces(5)).await(go));
    try (RelayFixture relay = builder().start()) {
      RawClient client = relay.client().post(CHAT, "{\"model\":\"m\",\"stream\":true}");
      assertThat(client.head().status()).isEqualTo(200);
      client.chunk();
      client.close();
      Awaitility.await().until(() -> !pool.completions().isEmpty());
      assertThat(pool.completions())
          .containsExactly(
              new Completion(Outcome.CANCELLED, Completion.UNKNOWN, Completion.UNKNOWN, 5));
      go.countDown();
    }
  }

  @Test
  void aRequestSentBackByABusyEngineKeepsItsPlaceAndItsWishes() throws Exception {
    engine.then(call -> call.json(503, "{}"));
    ScriptedEngine other = new ScriptedEngine();
    try (RelayFixture relay = RelayFixture.of(engine, other).pool(pool).start()) {
      String headers = "x-archipel-class: batch\r\n";
      assertThat(relay.client().post(CHAT, "{\"model\":\"m\"}", headers).answer().status())
          .isEqualTo(200);
      Demand first = pool.demands().getFirst();
      assertThat(pool.demands()).containsExactly(first, first.without("e1"));
      assertThat(pool.completions().getFirst().outcome()).isEqualTo(Outcome.PUSHED_BACK);
    }
  }

  @Test
  void aDeadlineThatPassesInTheQueueIsTold() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(call -> call.await(go).json(200, "{}"));
    try (RelayFixture relay = builder().concurrency(1).start()) {
      RawClient running = relay.client().post(CHAT, "{\"model\":\"m\"}");
      engine.call();
      RawClient.Answer late =
          relay
              .client()
              .post(CHAT, "{\"model\":\"m\"}", "x-archipel-deadline-ms: 150\r\n")
              .answer();
      assertThat(late.status()).isEqualTo(503);
      assertThat(late.text()).contains("\"code\":\"queue_timeout\"");
      go.countDown();
      assertThat(running.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void theQueueHasALimitWhateverTheDeadline() {
    Overdue.Moment moment =
        new Overdue.Moment(
            ExchangeState.QUEUED, Duration.ofSeconds(121).toNanos(), 0, true, false, true);
    assertThat(Overdue.of(moment, RelayTimeouts.DEFAULTS)).isEqualTo(Overdue.QUEUE);
  }

  private static String pieces(int count) {
    String one = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    return one.repeat(count);
  }
}
