package org.archipel.ledger;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Turns records into frames, in a buffer of its own that is used again. For one thread.
 *
 * <p>The payload, all numbers big-endian: id (16 bytes), start in microseconds since 1970 (8),
 * prompt, cached and completion tokens, microseconds queued, to the first byte and in total, bytes
 * of request and response (8 each), status and attempts (4 each), outcome (1), flags (1: streamed,
 * 2: has an engine, 4: has an error code, 8: estimated tokens, 16: has a person, 32: has a price,
 * 64: has an origin, 128: was served elsewhere); then the strings, each with its length in UTF-8
 * bytes (2) before it: request id, site, organization, project, key, model, route, engine and owner
 * when there is one, error code when there is one.
 *
 * <p>Format 1 of a segment ends here. Since format 2 there follow: class (string), milliseconds of
 * audio and microseconds on engines (8 each), person when there is one (string), and when there is
 * a price its tariff and currency (strings) and micro-currency (8). Since format 3: the origin's
 * site and request when there is one, and the serving site when it is another (strings). Format
 * {@value SegmentHeader#VERSION} is written; all are read.
 */
final class RecordEncoder {
  static final int FIXED = 16 + 8 * 9 + 4 * 2 + 2;
  static final int MAX_STRING = 4096;
  static final int STREAMED = 1;
  static final int ENGINE = 2;
  static final int ERROR = 4;
  static final int ESTIMATED = 8;
  static final int PERSON = 16;
  static final int PRICE = 32;
  static final int ORIGIN = 64;
  static final int SERVED_BY = 128;

  private byte[] bytes = new byte[1024];
  private int at;

  /** The buffer of the last {@link #encode}. */
  byte[] bytes() {
    return bytes;
  }

  /**
   * Encodes a record as a frame whose index and checksum are still to be set, and returns its size.
   *
   * @throws JournalException when a string is too long
   */
  int encode(UsageRecord record) {
    at = RecordFrame.HEAD;
    putLong(record.id().getMostSignificantBits());
    putLong(record.id().getLeastSignificantBits());
    putLong(micros(record.startedAt()));
    putLong(record.tokens().prompt());
    putLong(record.tokens().cached());
    putLong(record.tokens().completion());
    putLong(record.timing().queued());
    putLong(record.timing().firstByte());
    putLong(record.timing().total());
    putLong(record.requestBytes());
    putLong(record.responseBytes());
    putInt(record.status());
    putInt(record.attempts());
    bytes[at++] = outcomeCode(record.outcome());
    bytes[at++] = flags(record);
    putString("requestId", record.requestId());
    putString("site", record.site());
    putString("organization", record.caller().organization());
    putString("project", record.caller().project());
    putString("key", record.caller().key());
    putString("model", record.model());
    putString("route", record.route());
    if (record.engine().isPresent()) {
      putString("engine", record.engine().get().engine());
      putString("owner", record.engine().get().owner());
    }
    if (record.errorCode().isPresent()) {
      putString("errorCode", record.errorCode().get());
    }
    putSinceFormatTwo(record);
    putSinceFormatThree(record);
    RecordFrame.INT.set(bytes, RecordFrame.LENGTH, at - RecordFrame.HEAD);
    return at;
  }

  private void putSinceFormatTwo(UsageRecord record) {
    putString("serviceClass", record.serviceClass());
    reserve(16);
    putLong(record.audioMillis());
    putLong(record.engineMicros());
    if (record.person().isPresent()) {
      putString("person", record.person().get());
    }
    if (record.price().isPresent()) {
      UsageRecord.Price price = record.price().get();
      putString("tariff", price.tariff());
      putString("currency", price.currency());
      reserve(8);
      putLong(price.microCurrency());
    }
  }

  private void putSinceFormatThree(UsageRecord record) {
    if (record.origin().isPresent()) {
      putString("originSite", record.origin().get().site());
      putString("originRequest", record.origin().get().request());
    }
    if (record.servedBy().isPresent()) {
      putString("servedBy", record.servedBy().get());
    }
  }

  static long micros(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1000);
  }

  private static byte outcomeCode(UsageOutcome outcome) {
    return switch (outcome) {
      case COMPLETED -> 1;
      case CANCELLED -> 2;
      case FAILED -> 3;
    };
  }

  private static byte flags(UsageRecord record) {
    int flags = record.streamed() ? STREAMED : 0;
    flags |= record.engine().isPresent() ? ENGINE : 0;
    flags |= record.errorCode().isPresent() ? ERROR : 0;
    flags |= record.tokens().estimated() ? ESTIMATED : 0;
    flags |= record.person().isPresent() ? PERSON : 0;
    flags |= record.price().isPresent() ? PRICE : 0;
    flags |= record.origin().isPresent() ? ORIGIN : 0;
    flags |= record.servedBy().isPresent() ? SERVED_BY : 0;
    return (byte) flags;
  }

  private void putInt(int value) {
    RecordFrame.INT.set(bytes, at, value);
    at += 4;
  }

  private void putLong(long value) {
    RecordFrame.LONG.set(bytes, at, value);
    at += 8;
  }

  private void putString(String name, String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    if (encoded.length > MAX_STRING) {
      throw new JournalException(
          name + ": " + encoded.length + " bytes (expected: <= " + MAX_STRING + ")");
    }
    reserve(encoded.length + 2);
    RecordFrame.SHORT.set(bytes, at, (short) encoded.length);
    System.arraycopy(encoded, 0, bytes, at + 2, encoded.length);
    at += 2 + encoded.length;
  }

  private void reserve(int more) {
    if (bytes.length - at < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, at + more));
    }
  }
}
