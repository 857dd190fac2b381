package org.archipel.relay;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How much of a stream is on its way: who writes waits, where the client does not read. */
final class SideFlow {
  private static final int MOST = 128 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private long onItsWay;
  private boolean closed;

  /** Waits for room for {@code bytes}; one piece always has room when nothing is on its way. */
  void take(int bytes) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && onItsWay > 0 && onItsWay + bytes > MOST) {
        moved.await();
      }
      if (closed) {
        throw new IOException("nobody reads this stream any more");
      }
      onItsWay += bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes have left. */
  void left(int bytes) {
    lock.lock();
    try {
      onItsWay -= bytes;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nobody reads any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean closed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  long onItsWay() {
    lock.lock();
    try {
      return onItsWay;
    } finally {
      lock.unlock();
    }
  }
}
