package org.archipel.relay;

import java.util.concurrent.atomic.AtomicLong;

/** The memory for request bodies that all connections share. Thread-safe. */
final class BodyMemory {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  BodyMemory(long limit) {
    this.limit = limit;
  }

  /** Takes {@code bytes}, or nothing and returns false. */
  boolean take(int bytes) {
    if (used.addAndGet(bytes) > limit) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void giveBack(int bytes) {
    used.addAndGet(-bytes);
  }

  long used() {
    return used.get();
  }
}
