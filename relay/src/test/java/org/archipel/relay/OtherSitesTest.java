package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.archipel.directory.Caller;
import org.archipel.directory.KeyTerms;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.archipel.scheduling.ClassOffer;
import org.archipel.scheduling.PeerOffer;
import org.archipel.scheduling.PoolOffer;
import org.archipel.scheduling.ServiceClass;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is served at another site, seen from both. */
@ExtendWith(LeakCheck.class)
final class OtherSitesTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String PLAIN = "{\"model\":\"m\",\"a\":1}";
  private static final String STREAM = "{\"model\":\"m\",\"stream\":true}";
  private static final String GOOD = "good-assertion";

  private final ScriptedEngine far = new ScriptedEngine();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Queue<OverflowFacts> told = new ConcurrentLinkedQueue<>();
  private final Queue<OverflowFacts.Target> shown = new ConcurrentLinkedQueue<>();

  @AfterEach
  void release() {
    end.countDown();
    far.close();
  }

  /** Sends everybody to one address, and lets in whoever says the word. */
  private final class Gate implements PeerGate {
    private volatile Optional<URI> there = Optional.empty();
    private volatile VisitCheck answer = accepted(ServiceClass.INTERACTIVE, Set.of());

    @Override
    public Optional<Passport> passport(OverflowFacts facts) {
      told.add(facts);
      return there.map(url -> new Passport(url, Optional.empty(), "univ-b", GOOD));
    }

    @Override
    public VisitCheck admit(String assertion, OverflowFacts.Target target) {
      shown.add(target);
      return assertion.equals(GOOD)
          ? answer
          : new VisitCheck.Refused(VisitCheck.Why.NOT_BELIEVED, "signature_invalid");
    }
  }

  private static VisitCheck accepted(ServiceClass serviceClass, Set<String> labels) {
    KeyTerms.ServiceClass most =
        switch (serviceClass) {
          case INTERACTIVE -> KeyTerms.ServiceClass.INTERACTIVE;
          case STANDARD -> KeyTerms.ServiceClass.STANDARD;
          case BATCH -> KeyTerms.ServiceClass.BATCH;
        };
    KeyTerms terms =
        new KeyTerms(most, most, KeyTerms.Routing.ANY, KeyTerms.Routing.ANY, OptionalInt.empty());
    return new VisitCheck.Accepted(
        new Visit(
            new Caller("rennes", "univ-a", "p-1", terms),
            "rennes",
            "record-1",
            serviceClass,
            OptionalLong.empty(),
            labels));
  }

  private final Gate gate = new Gate();

  /** A site without engines of its own. */
  private RelayFixture origin(ScriptedEngine... own) {
    return RelayFixture.of(own).peers(gate).concurrency(1).start();
  }

  /** The other site, of which the first one knows from now on. */
  private RelayFixture other(RelayFixture origin, ScriptedEngine... engines) {
    RelayFixture site =
        RelayFixture.of(engines.length == 0 ? new ScriptedEngine[] {far} : engines)
            .site("lille")
            .peers(gate)
            .start();
    gate.there = Optional.of(url(site.server().address()));
    offer(origin, 1_000_000);
    return site;
  }

  private static URI url(InetSocketAddress address) {
    return URI.create("http://127.0.0.1:" + address.getPort());
  }

  private static void offer(RelayFixture origin, long credits) {
    offer(origin, "lille", credits);
  }

  private static void offer(RelayFixture origin, String site, long credits) {
    ClassOffer room = new ClassOffer(credits, 0);
    PoolOffer offer =
        new PoolOffer(
            Map.of(ServiceClass.INTERACTIVE, room, ServiceClass.STANDARD, room), 10_000, 0);
    long now = System.nanoTime();
    PeerOffer peer = new PeerOffer(site, "nick", offer, Set.of(), 1_000_000, now, 0, 0);
    origin.server().peerOffers("m", List.of(peer));
  }

  @Test
  void aRequestIsServedAtAnotherSiteByteForByte() throws Exception {
    far.always(call -> call.json(200, "{\"usage\":" + Chunks.COUNTS + "}"));
    try (RelayFixture origin = origin();
        RelayFixture other = other(origin)) {
      RawClient.Answer got =
          origin.client().post(CHAT, PLAIN, "x-request-id: abc\r\ncookie: c=1\r\n").answer();

      assertThat(got.status()).isEqualTo(200);
      assertThat(got.text()).isEqualTo("{\"usage\":" + Chunks.COUNTS + "}");
      assertThat(got.header("x-archipel-site")).contains("lille");
      assertThat(got.header("x-archipel-engine")).contains("e1");
      assertThat(got.header("x-request-id")).contains("abc");
      EngineCall call = far.call();
      assertThat(call.text()).isEqualTo(PLAIN.replace("\"m\"", "\"m\""));
      assertThat(call.header("x-request-id")).contains("abc");
      assertThat(call.header("authorization")).isEmpty();
      assertThat(call.header("cookie")).isEmpty();
      assertThat(call.header("x-archipel-assertion")).isEmpty();
      OverflowFacts facts = told.remove();
      assertThat(facts.site()).isEqualTo("lille");
      assertThat(facts.caller()).isEqualTo(new OverflowFacts.Who("univ-a", "chat"));
      assertThat(facts.target()).isEqualTo(shown.remove());
      UsageRecord mine = origin.record();
      UsageRecord theirs = other.record();
      assertThat(mine.tokens()).isEqualTo(theirs.tokens());
      assertThat(mine.engine().orElseThrow().owner()).isEqualTo("univ-b");
      assertThat(mine.servedBy()).contains("lille");
      assertThat(theirs.origin()).contains(new UsageRecord.Origin("rennes", "record-1"));
      assertThat(theirs.requestId()).isEqualTo("abc");
    }
  }

  @Test
  void aStreamIsPassedOnAsItComes() throws Exception {
    far.always(
        call -> call.stream(Chunks.ROLE, Chunks.text("a"), Chunks.STOP, Chunks.USAGE, Chunks.DONE));
    try (RelayFixture origin = origin();
        RelayFixture other = other(origin)) {
      RawClient.Answer got = origin.client().post(CHAT, STREAM).answer();

      assertThat(got.text()).isEqualTo(Chunks.ROLE + Chunks.text("a") + Chunks.STOP + Chunks.DONE);
      assertThat(got.header("x-archipel-site")).contains("lille");
      assertThat(origin.record().tokens()).isEqualTo(other.record().tokens());
      assertThat(origin.record().tokens().completion()).isEqualTo(3);
    }
  }

  @Test
  void whoLeavesFreesTheFarEngineWithin100Milliseconds() throws Exception {
    far.always(
        call -> {
          call.streamHead().chunk(Chunks.text("a"));
          call.await(end);
        });
    List<Long> millis = new ArrayList<>();
    try (RelayFixture origin = origin();
        RelayFixture other = other(origin)) {
      for (int round = 0; round < 5; round++) {
        RawClient client = origin.client().post(CHAT, STREAM);
        client.head();
        client.chunkText();
        EngineCall call = far.call();
        long left = System.nanoTime();
        client.close();
        long noticed = call.connection().peerClosed().get(10, TimeUnit.SECONDS);
        millis.add(TimeUnit.NANOSECONDS.toMillis(noticed - left));
        offer(origin, 1_000_000);
      }
      millis.sort(null);
      assertThat(millis.get(2)).isLessThanOrEqualTo(100);
      Awaitility.await()
          .untilAsserted(
              () -> {
                assertThat(origin.journal().records()).hasSize(5);
                assertThat(other.journal().records())
                    .hasSize(5)
                    .allMatch(record -> record.outcome() == UsageOutcome.CANCELLED);
              });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 408, 413, 429, 500, 502, 503, 504})
  void whatAnotherSiteDoesNotTakeGoesBackToTheQueue(int status) throws Exception {
    ScriptedEngine unwilling = new ScriptedEngine();
    unwilling.always(call -> call.json(status, "{\"error\":{\"code\":\"no-credit\"}}"));
    try (RelayFixture origin = origin()) {
      gate.there = Optional.of(unwilling.url());
      offer(origin, "saclay", 1_000_000);
      RawClient client = origin.client().post(CHAT, PLAIN);
      unwilling.call();
      try (RelayFixture other = other(origin)) {
        RawClient.Answer got = client.answer();
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.header("x-archipel-site")).contains("lille");
        assertThat(unwilling.calls()).hasSize(1);
        assertThat(other.record().outcome()).isEqualTo(UsageOutcome.COMPLETED);
        assertThat(origin.record().attempts()).isEqualTo(2);
      }
    }
    unwilling.close();
  }

  @Test
  void aSiteThatCannotBeReachedIsAskedNoMoreAndTheRequestWaits() throws Exception {
    try (RelayFixture origin = origin()) {
      ScriptedEngine gone = new ScriptedEngine();
      gate.there = Optional.of(gone.url());
      gone.close();
      offer(origin, 1_000_000);
      RawClient client = origin.client().post(CHAT, PLAIN, "x-archipel-deadline-ms: 900\r\n");
      RawClient.Answer got = client.answer();
      assertThat(got.status()).isEqualTo(503);
      assertThat(got.text()).contains("queue_timeout");
      assertThat(got.header("x-archipel-site")).contains("rennes");
      assertThat(origin.record().servedBy()).isEmpty();
    }
  }

  @Test
  void afterTheFirstByteAnErrorIsToldAndNobodyElseAsked() throws Exception {
    far.always(call -> call.streamHead().chunk(Chunks.text("a")).reset());
    try (RelayFixture origin = origin();
        RelayFixture other = other(origin)) {
      String text = origin.client().post(CHAT, STREAM).answer().text();
      assertThat(text).contains(Chunks.text("a")).contains("engine_failed").doesNotContain("DONE");
      assertThat(far.calls()).hasSize(1);
      assertThat(origin.record().outcome()).isEqualTo(UsageOutcome.FAILED);
      assertThat(other.record().outcome()).isEqualTo(UsageOutcome.FAILED);
    }
  }

  // ---------------------------------------------------------------- at the other site

  private static String visit(String assertion, String body) {
    return "POST "
        + CHAT
        + " HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-archipel-assertion: "
        + assertion
        + "\r\ncontent-length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  @Test
  void anAssertionThatIsNotBelievedIs401ByName() throws Exception {
    try (RelayFixture site = RelayFixture.of(far).peers(gate).start()) {
      RawClient client = site.client();
      RawClient.Answer got = client.send(visit("forged", PLAIN)).answer();
      assertThat(got.status()).isEqualTo(401);
      assertThat(got.text()).contains("assertion_refused").contains("signature_invalid");
      // The connection goes on, and what comes behind is served.
      assertThat(client.send(visit(GOOD, PLAIN) + visit("forged", PLAIN)).answer().status())
          .isEqualTo(200);
      assertThat(client.answer().status()).isEqualTo(401);
    }
  }

  @Test
  void aVisitThatIsNotAllowedIs403AndOneWithoutRoom429() throws Exception {
    try (RelayFixture site = RelayFixture.of(far).peers(gate).start()) {
      gate.answer = new VisitCheck.Refused(VisitCheck.Why.NOT_ALLOWED, "organization_suspended");
      assertThat(site.client().send(visit(GOOD, PLAIN)).answer().status()).isEqualTo(403);
      gate.answer = new VisitCheck.Refused(VisitCheck.Why.NO_CREDIT, "share used up");
      RawClient.Answer none = site.client().send(visit(GOOD, PLAIN)).answer();
      assertThat(none.status()).isEqualTo(429);
      assertThat(none.text()).contains("no-credit");
      gate.answer = accepted(ServiceClass.STANDARD, Set.of("hds"));
      RawClient.Answer label = site.client().send(visit(GOOD, PLAIN)).answer();
      assertThat(label.status()).isEqualTo(403);
      assertThat(label.text()).contains("label_not_available");
    }
  }

  @Test
  void aVisitIsExternalInItsClassAndNeverGoesOn() throws Exception {
    RecordingPool pool = new RecordingPool();
    gate.answer = accepted(ServiceClass.STANDARD, Set.of());
    try (RelayFixture site = RelayFixture.of(far).peers(gate).pool(pool).start()) {
      String urgent = "{\"model\":\"m\",\"priority\":5}";
      assertThat(site.client().send(visit(GOOD, urgent)).answer().status()).isEqualTo(200);
      assertThat(pool.demands().getFirst().flow().serviceClass()).isEqualTo(ServiceClass.STANDARD);
      assertThat(pool.demands().getFirst().reach().visitor()).isTrue();
    }
  }

  @Test
  void aVisitThatFindsNoRoomSoonIsSentBack() throws Exception {
    far.always(
        call -> {
          call.await(end);
          call.json(200, "{}");
        });
    try (RelayFixture site = RelayFixture.of(far).peers(gate).concurrency(1).start()) {
      RawClient busy = site.client().post(CHAT, PLAIN);
      far.call();
      long asked = System.nanoTime();
      RawClient.Answer got = site.client().send(visit(GOOD, PLAIN)).answer();
      assertThat(got.status()).isEqualTo(429);
      assertThat(got.text()).contains("no-credit");
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(3));
      end.countDown();
      assertThat(busy.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void aBodyThatComesWhileTheAssertionIsCheckedIsWhole() throws Exception {
    try (RelayFixture site = RelayFixture.of(far).peers(gate).start()) {
      String large = "{\"model\":\"m\",\"a\":\"" + "x".repeat(3_000_000) + "\"}";
      assertThat(site.client().send(visit(GOOD, large)).answer().status()).isEqualTo(200);
      assertThat(far.call().body()).hasSize(large.length());
    }
  }
}
