package org.archipel.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;

/** Makes usage records of every shape from a seed. */
final class Records {
  private final SplittableRandom random;
  private final SplittableRandom crossings;
  private long serial;

  Records(long seed) {
    this.random = new SplittableRandom(seed);
    this.crossings = new SplittableRandom(~seed);
  }

  /** A record as a busy site writes most of them. */
  static UsageRecord typical(long number) {
    return new UsageRecord(
        new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L | number),
        Instant.ofEpochSecond(1_790_000_000L, number % 1_000_000 * 1000),
        "req-0123456789abcdef-0123456789",
        "rennes",
        new UsageRecord.Charged("univ-rennes", "assistant-for-students", "ark-4f6a2c91"),
        "mistral-small-3.2-24b",
        Optional.of(new UsageRecord.Place("gpu1-vllm-8000", "univ-rennes")),
        "/v1/chat/completions",
        true,
        UsageOutcome.COMPLETED,
        200,
        Optional.empty(),
        new UsageRecord.Tokens(1234, 512, 345, false),
        new UsageRecord.Timing(120, 250_000, 9_000_000),
        5120,
        86_000,
        1,
        "interactive",
        Optional.empty(),
        0,
        8_900_000,
        Optional.of(new UsageRecord.Price("01990000-0000-7000-8000-0000000000aa", 1_024, "EUR")));
  }

  /** Any record, its id unique among those of this generator. */
  UsageRecord next() {
    long number = serial++;
    boolean placed = random.nextInt(5) > 0;
    boolean failed = random.nextInt(6) == 0;
    return new UsageRecord(
        new UUID(0x0190_0000_0000_7000L | random.nextInt(0x1000), number),
        Instant.ofEpochSecond(
            1_790_000_000L + random.nextLong(20 * 86_400), random.nextInt(1_000_000) * 1000L),
        text(128),
        pick("rennes", "nantes", "brest"),
        new UsageRecord.Charged(
            pick("univ-rennes", "insa", "école-été"), pick("default", "rag", "cours"), text(20)),
        pick("mistral-small", "qwen3", "日本語-モデル"),
        placed
            ? Optional.of(new UsageRecord.Place(pick("gpu1", "gpu2"), pick("insa", "univ-rennes")))
            : Optional.empty(),
        pick("/v1/chat/completions", "/v1/embeddings"),
        random.nextBoolean(),
        List.of(UsageOutcome.values()).get(random.nextInt(3)),
        failed ? 502 : 200,
        failed ? Optional.of("engine_failed") : Optional.empty(),
        new UsageRecord.Tokens(
            random.nextLong(100_000), random.nextLong(1000), random.nextLong(5000), failed),
        new UsageRecord.Timing(random.nextLong(1_000_000), random.nextLong(1_000_000), 2_000_000),
        random.nextLong(1L << 40),
        random.nextLong(1L << 40),
        random.nextInt(4),
        pick("", "interactive", "standard", "batch"),
        random.nextInt(3) == 0 ? Optional.of(pick("p-1", "p-2", "p-é")) : Optional.empty(),
        random.nextInt(8) == 0 ? random.nextLong(600_000) : 0,
        random.nextLong(1L << 34),
        random.nextInt(4) > 0
            ? Optional.of(
                new UsageRecord.Price(
                    pick("t-1", "t-2"), random.nextLong(1L << 40), pick("EUR", "parts")))
            : Optional.empty(),
        crossings.nextInt(5) == 0
            ? Optional.of(new UsageRecord.Origin(otherSite(), "r-" + crossings.nextInt()))
            : Optional.empty(),
        crossings.nextInt(5) == 0 ? Optional.of(otherSite()) : Optional.empty());
  }

  List<UsageRecord> next(int count) {
    return Stream.generate(this::next).limit(count).toList();
  }

  private String otherSite() {
    return crossings.nextBoolean() ? "lille" : "saclay";
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String text(int most) {
    int length = random.nextInt(most + 1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }
}
