package org.archipel.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Sums up the rows of a table: two databases give them in different orders, so the digests of the
 * rows are added. It finds what went wrong by accident, not who means harm.
 */
final class RowSums {
  private final MessageDigest digest = sha256();
  private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
  private long rows;
  private long high;
  private long low;

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Adds a row of {@code Long}, {@code String} and null. */
  void add(@Nullable Object[] values) {
    for (Object value : values) {
      switch (value) {
        case null -> digest.update((byte) 0);
        case Long whole -> {
          digest.update((byte) 1);
          add(whole);
        }
        case String text -> {
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          digest.update((byte) 2);
          add(bytes.length);
          digest.update(bytes);
        }
        default -> throw new IllegalArgumentException("value: " + value.getClass());
      }
    }
    ByteBuffer row = ByteBuffer.wrap(digest.digest());
    high += row.getLong();
    low += row.getLong();
    rows++;
  }

  private void add(long value) {
    digest.update(number.putLong(0, value).array());
  }

  long rows() {
    return rows;
  }

  TableSum of(String table) {
    return new TableSum(table, rows, "%016x%016x".formatted(high, low));
  }
}
