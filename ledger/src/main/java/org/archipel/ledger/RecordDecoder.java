package org.archipel.ledger;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/** Reads the payloads that {@link RecordEncoder} writes or wrote. For one thread. */
final class RecordDecoder {
  private final int version;
  private byte[] bytes = new byte[0];
  private int at;
  private int end;

  /**
   * @param version the format of the segment
   */
  RecordDecoder(int version) {
    this.version = version;
  }

  /**
   * Reads the record of the frame at {@code frame}, whose checksum was found right.
   *
   * @throws JournalException when the payload is not one of this format
   */
  UsageRecord decode(byte[] source, int frame) {
    bytes = source;
    at = frame + RecordFrame.HEAD;
    end = frame + RecordFrame.size(source, frame);
    try {
      return decode();
    } catch (IndexOutOfBoundsException e) {
      throw new JournalException("a record ends before its last field", e);
    }
  }

  private UsageRecord decode() {
    UUID id = new UUID(getLong(), getLong());
    Instant startedAt = Instant.EPOCH.plus(getLong(), ChronoUnit.MICROS);
    long prompt = getLong();
    long cached = getLong();
    long completion = getLong();
    UsageRecord.Timing timing = new UsageRecord.Timing(getLong(), getLong(), getLong());
    long requestBytes = getLong();
    long responseBytes = getLong();
    int status = getInt();
    int attempts = getInt();
    UsageOutcome outcome = outcome(bytes[at++]);
    int flags = bytes[at++];
    String requestId = getString();
    String site = getString();
    UsageRecord.Charged caller = new UsageRecord.Charged(getString(), getString(), getString());
    String model = getString();
    String route = getString();
    Optional<UsageRecord.Place> engine =
        (flags & RecordEncoder.ENGINE) == 0
            ? Optional.empty()
            : Optional.of(new UsageRecord.Place(getString(), getString()));
    Optional<String> error =
        (flags & RecordEncoder.ERROR) == 0 ? Optional.empty() : Optional.of(getString());
    boolean estimated = (flags & RecordEncoder.ESTIMATED) != 0;
    Since2 since2 = version < 2 ? Since2.UNKNOWN : since2(flags);
    int crossings = version < 3 ? 0 : flags;
    return new UsageRecord(
        id,
        startedAt,
        requestId,
        site,
        caller,
        model,
        engine,
        route,
        (flags & RecordEncoder.STREAMED) != 0,
        outcome,
        status,
        error,
        new UsageRecord.Tokens(prompt, cached, completion, estimated),
        timing,
        requestBytes,
        responseBytes,
        attempts,
        since2.serviceClass,
        since2.person,
        since2.audioMillis,
        since2.engineMicros,
        since2.price,
        origin(crossings),
        servedBy(crossings));
  }

  /** What only records of format 2 have. */
  private record Since2(
      String serviceClass,
      long audioMillis,
      long engineMicros,
      Optional<String> person,
      Optional<UsageRecord.Price> price) {
    static final Since2 UNKNOWN = new Since2("", 0, 0, Optional.empty(), Optional.empty());
  }

  private Since2 since2(int flags) {
    return new Since2(
        getString(),
        getLong(),
        getLong(),
        (flags & RecordEncoder.PERSON) == 0 ? Optional.empty() : Optional.of(getString()),
        (flags & RecordEncoder.PRICE) == 0 ? Optional.empty() : Optional.of(price()));
  }

  private UsageRecord.Price price() {
    String tariff = getString();
    String currency = getString();
    return new UsageRecord.Price(tariff, getLong(), currency);
  }

  private Optional<UsageRecord.Origin> origin(int flags) {
    return (flags & RecordEncoder.ORIGIN) == 0
        ? Optional.empty()
        : Optional.of(new UsageRecord.Origin(getString(), getString()));
  }

  private Optional<String> servedBy(int flags) {
    return (flags & RecordEncoder.SERVED_BY) == 0 ? Optional.empty() : Optional.of(getString());
  }

  private static UsageOutcome outcome(byte code) {
    return switch (code) {
      case 1 -> UsageOutcome.COMPLETED;
      case 2 -> UsageOutcome.CANCELLED;
      case 3 -> UsageOutcome.FAILED;
      default -> throw new JournalException("outcome: " + code + " (expected: 1 to 3)");
    };
  }

  private int getInt() {
    int value = (int) RecordFrame.INT.get(bytes, at);
    at += 4;
    return value;
  }

  private long getLong() {
    long value = (long) RecordFrame.LONG.get(bytes, at);
    at += 8;
    return value;
  }

  private String getString() {
    int length = Short.toUnsignedInt((short) RecordFrame.SHORT.get(bytes, at));
    if (length > end - at - 2) {
      throw new JournalException("a string of " + length + " bytes goes beyond its record");
    }
    String value = new String(bytes, at + 2, length, StandardCharsets.UTF_8);
    at += 2 + length;
    return value;
  }
}
