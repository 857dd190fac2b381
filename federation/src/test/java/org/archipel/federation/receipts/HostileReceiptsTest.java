package org.archipel.federation.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.archipel.federation.trust.Distrust;
import org.archipel.federation.trust.DistrustException;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.world.HandMovedClock;
import org.archipel.federation.world.Member;
import org.archipel.ledger.Crossing;
import org.archipel.ledger.Crossing.Direction;
import org.archipel.ledger.Crossing.Way;
import org.archipel.ledger.Rates;
import org.archipel.ledger.Tariff;
import org.archipel.ledger.TariffSelector;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partner that signs what is not so: refused as a whole, or disputed by its reason. */
final class HostileReceiptsTest {
  private static final UsageRecord.Tokens TOKENS = new UsageRecord.Tokens(1000, 0, 100, false);
  private static final long ENGINE = 900_000;
  private static final UUID REQUEST = new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0001L);

  @TempDir Path folder;
  private final HandMovedClock clock = new HandMovedClock();
  private Member lille;
  private Member saclay;
  private Books rennes;

  @BeforeEach
  void open() {
    List<Member> world = Member.world(clock, "rennes", "lille", "saclay");
    lille = world.get(1);
    saclay = world.get(2);
    rennes = new Books(world.get(0), folder, clock);
    rennes.write(
        Books.record(
            REQUEST,
            "rennes",
            clock.instant(),
            UsageOutcome.COMPLETED,
            TOKENS,
            ENGINE,
            Optional.empty(),
            Optional.empty(),
            Optional.of("lille")));
    rennes.ship();
  }

  @AfterEach
  void close() {
    rennes.close();
  }

  /** The receipt as an honest site would write it, with some members changed. */
  private Map<String, Object> receipt(long sequence, Map<String, Object> changed) {
    Map<String, Object> form =
        new HashMap<>(
            ReceiptForm.write(
                new Crossing(
                    new Way(Direction.GIVEN, "rennes"),
                    sequence,
                    REQUEST.toString(),
                    new UUID(1, sequence),
                    "insa",
                    "mistral-small",
                    "interactive",
                    "univ",
                    UsageOutcome.COMPLETED,
                    new Crossing.Used(TOKENS, ENGINE, 0),
                    Books.price(UsageOutcome.COMPLETED, TOKENS, ENGINE),
                    clock.instant(),
                    ENGINE)));
    form.putAll(changed);
    return form;
  }

  private String signed(Member signer, String audience, long after, List<?> receipts) {
    return signer.sign(
        ReceiptBatch.TYP,
        new JWTClaimsSet.Builder()
            .audience(audience)
            .expirationTime(Date.from(clock.instant().plusSeconds(600)))
            .claim("after", after)
            .claim("last", after + receipts.size())
            .claim("receipts", receipts)
            .build());
  }

  private void take(long after, List<?> receipts) {
    String batch = signed(lille, rennes.member.entityId(), after, receipts);
    var _ = rennes.taking.take(lille.asPartner(), after, batch);
  }

  private String judged(Map<String, Object> changed) {
    long after = rennes.book.last("lille");
    take(after, List.of(receipt(after + 1, changed)));
    Verdict verdict =
        rennes
            .database
            .<Optional<ReceiptRows.Row>, RuntimeException>read(
                handle -> ReceiptRows.find(handle, "lille", after + 1))
            .orElseThrow()
            .verdict();
    return verdict.reason().map(Dispute::word).orElse(verdict.state().word());
  }

  private static UsageRecord.Price price(UsageRecord.Tokens tokens, long engine) {
    return Books.price(UsageOutcome.COMPLETED, tokens, engine).orElseThrow();
  }

  @Test
  void claimsThatGoTooFarAreDisputedByTheirReason() {
    UsageRecord.Tokens more = new UsageRecord.Tokens(1000, 0, 101, false);
    assertThat(judged(Map.of("completion", 101, "micro", price(more, ENGINE).microCurrency())))
        .isEqualTo("tokens");
    long slow = ENGINE + 2_000_000;
    assertThat(judged(Map.of("engine_us", slow, "micro", price(TOKENS, slow).microCurrency())))
        .isEqualTo("engine_time");
    assertThat(judged(Map.of("micro", price(TOKENS, ENGINE).microCurrency() + 1)))
        .isEqualTo("price");
    assertThat(judged(Map.of("tariff", "tariff-2"))).isEqualTo("price");
    assertThat(judged(Map.of("currency", "USD"))).isEqualTo("price");
    assertThat(judged(Map.of("organization", "somebody-else"))).isEqualTo("organization");
    assertThat(judged(Map.of("model", "a-dear-one"))).isEqualTo("model");
    long later = clock.instant().plus(Duration.ofHours(1)).getEpochSecond() * 1_000_000;
    assertThat(judged(Map.of("started_us", later))).isEqualTo("time");
    assertThat(judged(Map.of("outcome", "cancelled"))).isEqualTo("outcome");
    long wide = 1000 + 256 + 250 + 1;
    assertThat(judged(Map.of("estimated", true, "prompt", wide))).isEqualTo("tokens");
    assertThat(judged(Map.of())).isEqualTo("settled");
    assertThat(judged(Map.of())).isEqualTo("duplicate");
    assertThat(judged(Map.of("outcome", "failed", "micro", 0))).isEqualTo("nothing");
    assertThat(judged(Map.of("outcome", "failed"))).isEqualTo("duplicate");
  }

  @Test
  void equivalentModelAndHouseAreTaken() {
    assertThat(judged(Map.of("model", "mistral-small-fp8", "organization", "univ")))
        .isEqualTo("settled");
  }

  @Test
  void whatNobodyAskedForWaitsAndIsDisputed() {
    assertThat(judged(Map.of("request", "never-sent"))).isEqualTo("waiting");
    clock.advance(Books.GRACE.plusMinutes(1));
    rennes.book.settle("lille");
    assertThat(rennes.states()).containsEntry("never-sent", "disputed:no_record");
  }

  @Test
  void tariffThatIsHeardAfterwardsDoesNotCount() {
    clock.advance(Duration.ofMinutes(5));
    Tariff dear =
        new Tariff(
            "tariff-dear",
            1,
            new TariffSelector(
                Optional.of("mistral-small"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            new Rates(900_000_000, 0, 0, 0, 0, 0),
            "EUR",
            Instant.parse("2026-01-01T00:00:00Z"),
            Optional.empty());
    rennes.tariffs.heard("lille", List.of(Books.TARIFF, dear));
    clock.advance(Duration.ofMinutes(-5));
    UsageRecord.Price wished = dear.price(UsageOutcome.COMPLETED, TOKENS, ENGINE, 0);
    assertThat(judged(Map.of("tariff", "tariff-dear", "micro", wished.microCurrency())))
        .isEqualTo("price");
  }

  @Test
  void wrongSignersAudiencesAndTypesAreRefused() {
    Partner expected = lille.asPartner();
    String other = signed(saclay, rennes.member.entityId(), 0, List.of(receipt(1, Map.of())));
    assertThatThrownBy(() -> rennes.taking.take(expected, 0, other))
        .isInstanceOf(DistrustException.class)
        .extracting(e -> ((DistrustException) e).reason())
        .isEqualTo(Distrust.BROKEN_LINK);
    String foreign = signed(lille, saclay.entityId(), 0, List.of(receipt(1, Map.of())));
    assertThatThrownBy(() -> rennes.taking.take(expected, 0, foreign))
        .extracting(e -> ((DistrustException) e).reason())
        .isEqualTo(Distrust.WRONG_AUDIENCE);
    String cut = foreign.substring(0, foreign.length() - 8);
    assertThatThrownBy(() -> rennes.taking.take(expected, 0, cut))
        .isInstanceOf(DistrustException.class);
    assertThat(rennes.book.last("lille")).isZero();
  }

  @Test
  void gapsChangedAndOversizeBatchesAreRefusedAsAWhole() {
    assertThatThrownBy(() -> take(0, List.of(receipt(2, Map.of()))))
        .isInstanceOf(ReceiptException.class)
        .hasMessageContaining("gap");
    assertThatThrownBy(() -> take(5, List.of(receipt(6, Map.of()))))
        .isInstanceOf(ReceiptException.class)
        .hasMessageContaining("gap");
    take(0, List.of(receipt(1, Map.of())));
    take(0, List.of(receipt(1, Map.of())));
    assertThatThrownBy(() -> take(0, List.of(receipt(1, Map.of("completion", 99)))))
        .isInstanceOf(ReceiptException.class)
        .hasMessageContaining("given before");
    List<Object> many = new ArrayList<>();
    for (int i = 0; i <= ReceiptBatch.MOST; i++) {
      many.add(receipt(i + 2, Map.of()));
    }
    assertThatThrownBy(() -> take(1, many)).isInstanceOf(ReceiptException.class);
    assertThat(rennes.book.last("lille")).isEqualTo(1);
  }

  @Test
  void membersOfStrangeFormAreRefused() {
    for (Map<String, Object> strange :
        List.<Map<String, Object>>of(
            Map.of("prompt", -1),
            Map.of("prompt", "many"),
            Map.of("prompt", 2_000_000_000_000L),
            Map.of("cached", 1001),
            Map.of("completion", 1.5),
            Map.of("request", "../../etc/passwd"),
            Map.of("request", "x".repeat(200)),
            Map.of("record", "not-a-uuid"),
            Map.of("outcome", "perhaps"),
            Map.of("class", "first"),
            Map.of("currency", "€"),
            Map.of("started_us", Long.MAX_VALUE),
            Map.of("micro", Long.MAX_VALUE))) {
      assertThatThrownBy(() -> take(0, List.of(receipt(1, strange))))
          .as(strange.toString())
          .isInstanceOf(ReceiptException.class);
    }
    assertThatThrownBy(() -> take(0, List.of("a text"))).isInstanceOf(ReceiptException.class);
    assertThat(rennes.book.last("lille")).isZero();
  }
}
