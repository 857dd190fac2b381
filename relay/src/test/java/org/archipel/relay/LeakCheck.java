package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a class of tests after which a buffer was collected that nobody had released. */
final class LeakCheck implements AfterAllCallback {
  @Override
  public void afterAll(ExtensionContext context) {
    // Twice: what the first round found is queued for the detector at the latest in the second.
    collectGarbage();
    collectGarbage();
    // A leak is reported when the next buffer is tracked.
    ByteBufAllocator.DEFAULT.buffer(16).release();
    assertThat(RecordingLeakDetector.takeLeaks()).as("buffers not released").isEmpty();
  }

  /** Returns when an object that was garbage before is known to be collected. */
  private static void collectGarbage() {
    ReferenceQueue<Object> queue = new ReferenceQueue<>();
    PhantomReference<Object> witness = new PhantomReference<>(new Object(), queue);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              System.gc();
              return queue.poll() != null && witness.refersTo(null);
            });
  }
}
