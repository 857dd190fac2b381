package org.archipel.ledger;

import java.time.Duration;

/**
 * The sizes and times of a {@link FileJournal}.
 *
 * @param segmentBytes size of one segment file, written out in full when it is made: 128 KiB to 1
 *     GiB
 * @param pendingBytes memory for records that wait for the disk, at least 512 KiB; once it is full,
 *     records are refused
 * @param retryDelay pause between tries while the disk fails, above zero
 * @param closeLimit how long {@code close} tries to save what is pending on a disk that fails, at
 *     least zero
 * @param groupPace least time from the beginning of one group of records to that of the next, at
 *     least zero. A record that comes alone does not wait for it; under load it sets how many
 *     records share the cost of forcing them to the disk
 */
public record JournalOptions(
    int segmentBytes,
    int pendingBytes,
    Duration retryDelay,
    Duration closeLimit,
    Duration groupPace) {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  public JournalOptions {
    if (segmentBytes < 128 * KIB || segmentBytes > 1024 * MIB) {
      throw new IllegalArgumentException(
          "segmentBytes: " + segmentBytes + " (expected: 131072 to 1073741824)");
    }
    if (pendingBytes < 512 * KIB) {
      throw new IllegalArgumentException(
          "pendingBytes: " + pendingBytes + " (expected: >= 524288)");
    }
    if (!retryDelay.isPositive()) {
      throw new IllegalArgumentException("retryDelay: " + retryDelay + " (expected: > 0)");
    }
    if (closeLimit.isNegative()) {
      throw new IllegalArgumentException("closeLimit: " + closeLimit + " (expected: >= 0)");
    }
    if (groupPace.isNegative()) {
      throw new IllegalArgumentException("groupPace: " + groupPace + " (expected: >= 0)");
    }
  }

  /** 16 MiB segments, 64 MiB pending, a try each 500 ms, 5 s to close, a group each 500 µs. */
  public static JournalOptions defaults() {
    return new JournalOptions(
        16 * MIB,
        64 * MIB,
        Duration.ofMillis(500),
        Duration.ofSeconds(5),
        Duration.ofNanos(500_000));
  }

  /** As usual, with groups at another pace. */
  public JournalOptions withGroupPace(Duration pace) {
    return new JournalOptions(segmentBytes, pendingBytes, retryDelay, closeLimit, pace);
  }
}
