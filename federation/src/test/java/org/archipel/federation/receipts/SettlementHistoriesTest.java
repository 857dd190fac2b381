package org.archipel.federation.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.world.HandMovedClock;
import org.archipel.federation.world.Member;
import org.archipel.ledger.Crossing;
import org.archipel.ledger.Crossing.Direction;
import org.archipel.ledger.Crossing.Way;
import org.archipel.ledger.CrossingSums;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of three sites that serve each other, with pulls that are lost, repeated and
 * cut, restarts, and records that differ: after healing both ledgers agree on every completed
 * request, and the disputes are exactly the differences.
 */
final class SettlementHistoriesTest {
  private static final int HISTORIES = Integer.getInteger("histories", 4);
  private static final int STEPS = 120;

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private HandMovedClock clock;

  @SuppressWarnings("NullAway.Init")
  private SplittableRandom random;

  @SuppressWarnings("NullAway.Init")
  private List<Books> sites;

  private final Map<String, TreeMap<String, String>> expected = new HashMap<>();
  private long serial;

  @Test
  void afterHealingDisputesAreExactlyTheDifferences() throws Exception {
    long first = Long.getLong("seed", 20261122);
    for (long seed = first; seed < first + HISTORIES; seed++) {
      history(seed);
    }
  }

  private void history(long seed) throws Exception {
    random = new SplittableRandom(seed);
    clock = new HandMovedClock();
    expected.clear();
    Path home = Files.createDirectory(folder.resolve("seed-" + seed));
    List<Member> world = Member.world(clock, "rennes", "lille", "saclay");
    sites = new ArrayList<>();
    try {
      world.forEach(member -> sites.add(new Books(member, home, clock)));
      sites.forEach(site -> expected.put(site.member.siteId(), new TreeMap<>()));
      for (int step = 0; step < STEPS; step++) {
        step();
      }
      heal();
      for (Books site : sites) {
        Map<String, String> differences = new TreeMap<>(site.states());
        expected
            .getOrDefault(site.member.siteId(), new TreeMap<>())
            .forEach(
                (request, state) ->
                    differences.merge(
                        request, state, (is, due) -> is.equals(due) ? "" : is + ", due " + due));
        differences.values().removeIf(String::isEmpty);
        assertThat(differences).as("seed %d, %s", seed, site.member.siteId()).isEmpty();
      }
      bothSidesAgree(seed);
    } finally {
      sites.forEach(Books::close);
    }
  }

  private void step() throws Exception {
    Books origin = sites.get(random.nextInt(3));
    Books serving = sites.get((sites.indexOf(origin) + 1 + random.nextInt(2)) % 3);
    clock.advance(Duration.ofSeconds(1 + random.nextInt(30)));
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3, 4 -> request(origin, serving);
      case 5 -> pull(origin, serving);
      case 6 -> repeatedPull(origin, serving);
      case 7 -> origin.book.settle(serving.member.siteId());
      case 8 -> origin.ship();
      default -> {
        if (random.nextInt(4) == 0) {
          origin.restart();
        } else {
          clock.advance(Duration.ofMinutes(random.nextInt(6)));
        }
      }
    }
  }

  private void request(Books origin, Books serving) {
    UUID id = id();
    UsageRecord.Tokens tokens =
        new UsageRecord.Tokens(random.nextLong(5000), 0, random.nextLong(900), false);
    long engine = 100_000 + random.nextLong(5_000_000);
    Crossed crossed = new Crossed(origin, serving, id, engine);
    switch (random.nextInt(12)) {
      case 0 -> {
        crossed.served(UsageOutcome.COMPLETED, tokens);
        expect(crossed, "disputed:no_record");
      }
      case 1 -> {
        crossed.taken(UsageOutcome.COMPLETED, tokens);
        expect(crossed, "disputed:no_receipt");
      }
      case 2 -> {
        crossed.served(
            UsageOutcome.COMPLETED,
            new UsageRecord.Tokens(tokens.prompt(), 0, tokens.completion() + 1, false));
        crossed.taken(UsageOutcome.COMPLETED, tokens);
        expect(crossed, "disputed:tokens");
      }
      case 3 -> {
        crossed.served(UsageOutcome.CANCELLED, tokens);
        crossed.taken(UsageOutcome.COMPLETED, tokens);
        expect(crossed, "disputed:outcome");
      }
      case 4 -> {
        crossed.served(
            UsageOutcome.CANCELLED,
            new UsageRecord.Tokens(tokens.prompt(), 0, tokens.completion() + 90, false));
        crossed.taken(UsageOutcome.CANCELLED, tokens);
        expect(crossed, "settled");
      }
      case 5 -> {
        crossed.served(UsageOutcome.FAILED, UsageRecord.Tokens.NONE);
        crossed.served(UsageOutcome.COMPLETED, tokens);
        crossed.taken(UsageOutcome.COMPLETED, tokens);
        expect(crossed, "nothing settled");
      }
      case 6 -> {
        crossed.served(UsageOutcome.FAILED, UsageRecord.Tokens.NONE);
        crossed.taken(UsageOutcome.FAILED, UsageRecord.Tokens.NONE);
        expect(crossed, "nothing");
      }
      case 7 -> {
        crossed.served(UsageOutcome.COMPLETED, tokens);
        crossed.served(UsageOutcome.COMPLETED, tokens);
        crossed.taken(UsageOutcome.COMPLETED, tokens);
        expect(crossed, "disputed:duplicate settled");
      }
      default -> {
        crossed.served(UsageOutcome.COMPLETED, tokens);
        crossed.taken(UsageOutcome.COMPLETED, tokens);
        expect(crossed, "settled");
      }
    }
  }

  private void expect(Crossed crossed, String state) {
    expected
        .getOrDefault(crossed.origin.member.siteId(), new TreeMap<>())
        .put(crossed.id.toString(), state);
  }

  /** One request, written down at either site in any order with the store's. */
  private final class Crossed {
    private final Books origin;
    private final Books serving;
    private final UUID id;
    private final long engine;

    Crossed(Books origin, Books serving, UUID id, long engine) {
      this.origin = origin;
      this.serving = serving;
      this.id = id;
      this.engine = engine;
    }

    void served(UsageOutcome outcome, UsageRecord.Tokens counted) {
      serving.write(
          Books.record(
              SettlementHistoriesTest.this.id(),
              serving.member.siteId(),
              clock.instant(),
              outcome,
              counted,
              engine,
              Books.price(outcome, counted, engine),
              Optional.of(new UsageRecord.Origin(origin.member.siteId(), id.toString())),
              Optional.empty()));
    }

    void taken(UsageOutcome outcome, UsageRecord.Tokens counted) {
      origin.write(
          Books.record(
              id,
              origin.member.siteId(),
              clock.instant(),
              outcome,
              counted,
              engine + random.nextLong(9_000),
              Optional.empty(),
              Optional.empty(),
              Optional.of(serving.member.siteId())));
    }
  }

  private UUID id() {
    return new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L | ++serial);
  }

  private void pull(Books origin, Books serving) throws Exception {
    serving.ship();
    Partner self = origin.member.asPartner();
    long _ =
        origin.taking.takeAll(serving.member.asPartner(), after -> serving.desk.batch(self, after));
  }

  /** The answer is lost, and another is taken twice, the second time after a restart. */
  private void repeatedPull(Books origin, Books serving) {
    serving.ship();
    Partner there = serving.member.asPartner();
    long after = origin.book.last(there.siteId());
    String lost = serving.desk.batch(origin.member.asPartner(), after);
    String taken = serving.desk.batch(origin.member.asPartner(), after);
    assertThat(lost).isNotEmpty();
    var _ = origin.taking.take(there, after, taken);
    if (random.nextInt(3) == 0) {
      origin.restart();
    }
    var _ = origin.taking.take(there, after, taken);
  }

  private void heal() throws Exception {
    clock.advance(Books.GRACE.plusMinutes(1));
    for (Books origin : sites) {
      origin.ship();
      for (Books serving : sites) {
        if (serving != origin) {
          pull(origin, serving);
        }
      }
    }
    clock.advance(Books.GRACE.plusMinutes(1));
    for (Books origin : sites) {
      for (Books serving : sites) {
        origin.book.settle(serving.member.siteId());
      }
    }
  }

  /** What the serving site counts, without what is disputed, is what the origin has settled. */
  private void bothSidesAgree(long seed) {
    for (Books origin : sites) {
      for (Books serving : sites) {
        if (serving == origin) {
          continue;
        }
        Way given = new Way(Direction.GIVEN, origin.member.siteId());
        List<Crossing> all = serving.ledger.crossings().list(given, 0, Integer.MAX_VALUE);
        List<ReceiptRows.Row> disputed =
            origin.database.read(
                handle ->
                    ReceiptRows.inState(
                        handle, serving.member.siteId(), Verdict.State.DISPUTED, 0, 10_000));
        List<ReceiptRows.Row> settled =
            origin.database.read(
                handle ->
                    ReceiptRows.inState(
                        handle, serving.member.siteId(), Verdict.State.SETTLED, 0, 10_000));
        CrossingSums claimed = sum(all);
        CrossingSums open = sum(disputed.stream().map(ReceiptRows.Row::receipt).toList());
        CrossingSums agreed = sum(settled.stream().map(ReceiptRows.Row::receipt).toList());
        assertThat(claimed.minus(open).microCurrency())
            .as("seed %d: %s of %s", seed, origin.member.siteId(), serving.member.siteId())
            .isEqualTo(agreed.microCurrency());
        assertThat(claimed.minus(open).completionTokens()).isEqualTo(agreed.completionTokens());
      }
    }
  }

  private static CrossingSums sum(List<Crossing> all) {
    return all.stream().map(CrossingSums::of).reduce(CrossingSums.none("EUR"), CrossingSums::plus);
  }
}
