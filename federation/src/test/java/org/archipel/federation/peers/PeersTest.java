package org.archipel.federation.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.archipel.federation.adverts.ShareRule;
import org.archipel.federation.adverts.ShareRules;
import org.archipel.federation.adverts.SiteOffer;
import org.archipel.federation.receipts.Balance;
import org.archipel.federation.receipts.Dispute;
import org.archipel.federation.receipts.PeerStatement;
import org.archipel.federation.receipts.StatementException;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.world.HandMovedClock;
import org.archipel.federation.world.HttpSite;
import org.archipel.federation.world.Member;
import org.archipel.ledger.LedgerOptions;
import org.archipel.ledger.Rates;
import org.archipel.ledger.Tariff;
import org.archipel.ledger.TariffSelector;
import org.archipel.ledger.UsageLedger;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.archipel.scheduling.ClassOffer;
import org.archipel.scheduling.PeerOffer;
import org.archipel.scheduling.PoolOffer;
import org.archipel.scheduling.ServiceClass;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two or three sites that talk over HTTP on loopback, with real ledgers. */
final class PeersTest {
  private static final Tariff TARIFF =
      new Tariff(
          "tariff-1",
          1,
          TariffSelector.ANY,
          new Rates(2_000_000, 200_000, 8_000_000, 50_000, 0, 100),
          "EUR",
          Instant.parse("2026-01-01T00:00:00Z"),
          Optional.empty());
  private static final PoolOffer ROOM =
      new PoolOffer(
          Map.of(
              ServiceClass.INTERACTIVE, new ClassOffer(100_000, 0),
              ServiceClass.STANDARD, new ClassOffer(80_000, 2_000_000_000L)),
          20_000,
          25_000_000);

  @TempDir Path folder;
  private final HandMovedClock clock = new HandMovedClock();
  private final List<Running> sites = new ArrayList<>();
  private long serial;

  /** One site. */
  private final class Running implements AutoCloseable {
    final Member member;
    final HttpSite http = new HttpSite();
    final Database database = Database.open(TestDatabase.url(folder));
    final UsageLedger ledger;
    volatile SiteOffer offer;

    @SuppressWarnings("NullAway.Init")
    Peers peers;

    Running(Member member) {
      this.member = member;
      member.at(http.url());
      ledger =
          UsageLedger.open(
              folder.resolve(member.siteId()), database, clock, LedgerOptions.defaults().relaxed());
      offer =
          new SiteOffer(
              Map.of("mistral-small", new SiteOffer.Model(Set.of("small"), ROOM)),
              List.of(TARIFF),
              OptionalInt.of(32));
    }

    void start(ShareRules shares) {
      peers =
          Peers.start(
              new PeerOptions(
                  member.siteId(),
                  "univ-" + member.siteId(),
                  shares,
                  Duration.ofMillis(300),
                  Duration.ofMinutes(10)),
              new Peers.Known(member, member),
              new Peers.Stored(database, new AuditLog(database, clock), ledger.crossings()),
              new Peers.Own(() -> offer, organization -> Optional.empty(), model -> Set.of()),
              new Peers.Times(clock, System::nanoTime, 7));
      http.serve(peers.routes());
    }

    void write(UsageRecord record) {
      long sequence = ledger.journal().append(record);
      await().until(() -> ledger.journal().durable() >= sequence);
      assertThat(ledger.catchUp(Duration.ofSeconds(30))).isTrue();
    }

    @Override
    public void close() {
      if (peers != null) {
        peers.close();
      }
      http.close();
      ledger.close();
      database.close();
    }
  }

  private List<Running> world(String... names) {
    Member.world(clock, names).forEach(member -> sites.add(new Running(member)));
    return sites;
  }

  @AfterEach
  void close() {
    sites.forEach(Running::close);
  }

  @Test
  void offersComeWithRoomPriceLabelsAndTheWay() {
    List<Running> two = world("lille", "rennes");
    two.forEach(site -> site.start(ShareRules.ALL));
    Peers rennes = two.get(1).peers;
    await().until(() -> rennes.offers("mistral-small", Set.of()).size() == 1);
    PeerOffer offer = rennes.offers("mistral-small", Set.of()).getFirst();
    assertThat(offer.site()).isEqualTo("lille");
    assertThat(offer.labels()).containsExactly("eskemm-data");
    assertThat(offer.roundTripNanos()).isPositive();
    assertThat(offer.priceMicroPerMillionTokens()).isEqualTo(5_000_000);
    assertThat(offer.room().of(ServiceClass.INTERACTIVE).credits()).isBetween(90_000L, 100_000L);
    assertThat(offer.room().of(ServiceClass.BATCH)).isEqualTo(ClassOffer.NONE);
    assertThat(offer.room().of(ServiceClass.STANDARD).expectedWaitNanos())
        .isBetween(1_999_000_000L, 2_200_000_000L);
    assertThat(rennes.offers("another", Set.of())).isEmpty();
    assertThat(rennes.offers("small", Set.of())).hasSize(1);
  }

  @Test
  void roomThatIsTakenIsToldWithinTwoSeconds() {
    List<Running> two = world("lille", "rennes");
    two.forEach(site -> site.start(ShareRules.ALL));
    Peers rennes = two.get(1).peers;
    await().until(() -> rennes.offers("mistral-small", Set.of()).size() == 1);
    two.get(0).offer =
        new SiteOffer(
            Map.of("mistral-small", new SiteOffer.Model(Set.of(), PoolOffer.NOTHING)),
            List.of(TARIFF),
            OptionalInt.empty());
    await()
        .atMost(Duration.ofSeconds(4))
        .until(
            () ->
                rennes
                        .offers("mistral-small", Set.of())
                        .getFirst()
                        .room()
                        .of(ServiceClass.INTERACTIVE)
                        .credits()
                    == 0);
  }

  @Test
  void suspendedPartnerIsOutAndHearsNothingWithinFiveSeconds() {
    List<Running> two = world("lille", "rennes");
    two.forEach(site -> site.start(ShareRules.ALL));
    Peers rennes = two.get(1).peers;
    await().until(() -> rennes.offers("mistral-small", Set.of()).size() == 1);
    await().until(() -> rennes.listeners() == 1);
    two.get(0).member.become(Partner.State.SUSPENDED);
    assertThat(rennes.offers("mistral-small", Set.of())).isEmpty();
    await().atMost(Duration.ofSeconds(5)).until(() -> rennes.listeners() == 0);
    two.get(0).member.become(Partner.State.TRUSTED);
    await().until(() -> rennes.offers("mistral-small", Set.of()).size() == 1);
  }

  @Test
  void onlyWhatIsSharedIsTold() {
    List<Running> three = world("lille", "rennes", "saclay");
    ShareRules some =
        new ShareRules(
            List.of(new ShareRule(Set.of("rennes"), Set.of("mistral-small"), Set.of(), 50)),
            Map.of());
    three.get(0).offer =
        new SiteOffer(
            Map.of(
                "mistral-small", new SiteOffer.Model(Set.of(), ROOM),
                "qwen3", new SiteOffer.Model(Set.of(), ROOM)),
            List.of(),
            OptionalInt.empty());
    three.get(0).start(some);
    three
        .get(1)
        .start(new ShareRules(List.of(ShareRule.ALL), Map.of("large", Set.of("mistral-small"))));
    three.get(2).start(ShareRules.ALL);
    Peers rennes = three.get(1).peers;
    await().until(() -> from("lille", rennes.offers("mistral-small", Set.of())) == 1);
    assertThat(from("lille", rennes.offers("qwen3", Set.of()))).isZero();
    assertThat(from("lille", rennes.offers("large", Set.of()))).isEqualTo(1);
    PeerOffer offer =
        rennes.offers("mistral-small", Set.of()).stream()
            .filter(one -> one.site().equals("lille"))
            .findFirst()
            .orElseThrow();
    assertThat(offer.room().of(ServiceClass.INTERACTIVE).credits()).isBetween(45_000L, 50_000L);
    Peers saclay = three.get(2).peers;
    await().until(() -> saclay.state("lille").orElseThrow().standing().trouble().contains("403"));
    assertThat(from("lille", saclay.offers("mistral-small", Set.of()))).isZero();
  }

  private static long from(String site, List<PeerOffer> offers) {
    return offers.stream().filter(offer -> offer.site().equals(site)).count();
  }

  @Test
  void strangersAreToldNothing() throws Exception {
    List<Running> two = world("lille", "rennes");
    two.get(0).start(ShareRules.ALL);
    for (String path :
        List.of("/federation/adverts", "/federation/receipts?after=0", "/federation/statements")) {
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(URI.create(two.get(0).http.url() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(401);
        assertThat(answer.body()).contains("malformed");
      }
    }
  }

  @Test
  void bothSettleAndAgreeOnTheMonth() {
    List<Running> two = world("lille", "rennes");
    two.forEach(site -> site.start(ShareRules.ALL));
    Running lille = two.get(0);
    Running rennes = two.get(1);
    await().until(() -> rennes.peers.offers("mistral-small", Set.of()).size() == 1);
    await().until(() -> lille.peers.offers("mistral-small", Set.of()).size() == 1);
    UsageRecord.Tokens tokens = new UsageRecord.Tokens(1_000, 0, 100, false);
    for (int i = 0; i < 3; i++) {
      crossed(rennes, lille, tokens, tokens);
    }
    crossed(lille, rennes, tokens, tokens);
    UUID differing = crossed(rennes, lille, new UsageRecord.Tokens(1_000, 0, 99, false), tokens);
    await().until(() -> takenRequests(rennes, "lille") == 3 && takenRequests(lille, "rennes") == 1);
    await().until(() -> rennes.peers.settlements().disputes("lille", 0, 10).size() == 1);
    assertThat(rennes.peers.settlements().disputes("lille", 0, 10).getFirst())
        .satisfies(
            dispute -> {
              assertThat(dispute.request()).isEqualTo(differing.toString());
              assertThat(dispute.reason()).isEqualTo(Dispute.TOKENS);
              assertThat(dispute.own().orElseThrow().completionTokens()).isEqualTo(99);
              assertThat(dispute.theirs().orElseThrow().completionTokens()).isEqualTo(100);
            });
    YearMonth month = YearMonth.of(2026, 11);
    Partner other = rennes.member.asPartner();
    assertThatThrownBy(() -> lille.peers.agree(other, month))
        .isInstanceOf(StatementException.class);
    clock.advance(Duration.ofDays(30));
    PeerStatement agreed = lille.peers.agree(other, month);
    PeerStatement there = rennes.peers.settlements().statement("lille", month).orElseThrow();
    assertThat(agreed.account()).isEqualTo(there.account()).contains("\"disputed\":[4]");
    assertThat(agreed.digest()).isEqualTo(there.digest());
    assertThat(lille.peers.agree(other, month)).isEqualTo(agreed);
    acceptedLaterIsInTheNextMonth(lille, rennes);
  }

  private void acceptedLaterIsInTheNextMonth(Running lille, Running rennes) {
    assertThat(rennes.peers.settlements().accept(Actor.system("test"), "lille", 4)).isTrue();
    assertThat(rennes.peers.settlements().accept(Actor.system("test"), "lille", 4)).isFalse();
    clock.advance(Duration.ofDays(31));
    PeerStatement next = lille.peers.agree(rennes.member.asPartner(), YearMonth.of(2026, 12));
    assertThat(next.account()).contains("\"carried\":[4]").contains("\"requests\":1");
    assertThat(rennes.peers.settlements().statements("lille", 10)).hasSize(2);
  }

  private static long takenRequests(Running site, String from) {
    return site.peers.settlements().balances(from).stream().mapToLong(Balance::takenRequests).sum();
  }

  private UUID crossed(
      Running origin, Running serving, UsageRecord.Tokens own, UsageRecord.Tokens theirs) {
    UUID id = id();
    String originSite = origin.member.siteId();
    serving.write(
        record(
            id(),
            serving.member.siteId(),
            theirs,
            Optional.of(TARIFF.price(UsageOutcome.COMPLETED, theirs, 900_000, 0)),
            Optional.of(new UsageRecord.Origin(originSite, id.toString())),
            Optional.empty()));
    origin.write(
        record(
            id,
            originSite,
            own,
            Optional.empty(),
            Optional.empty(),
            Optional.of(serving.member.siteId())));
    return id;
  }

  private UUID id() {
    return new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L | ++serial);
  }

  private UsageRecord record(
      UUID id,
      String site,
      UsageRecord.Tokens tokens,
      Optional<UsageRecord.Price> price,
      Optional<UsageRecord.Origin> origin,
      Optional<String> servedBy) {
    return new UsageRecord(
        id,
        clock.instant(),
        "req",
        site,
        new UsageRecord.Charged("insa", "p", "k"),
        "mistral-small",
        Optional.of(new UsageRecord.Place("gpu1", "univ")),
        "/v1/chat/completions",
        true,
        UsageOutcome.COMPLETED,
        200,
        Optional.empty(),
        tokens,
        new UsageRecord.Timing(0, 1000, 1_000_000),
        100,
        100,
        1,
        "interactive",
        Optional.empty(),
        0,
        900_000,
        price,
        origin,
        servedBy);
  }
}
