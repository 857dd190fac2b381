package org.archipel.relay;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Netty's leak detector, which keeps what it found so that a test can fail on it. Netty makes it by
 * the system property {@code io.netty.customResourceLeakDetector}.
 *
 * @param <T> what is tracked
 */
public final class RecordingLeakDetector<T> extends ResourceLeakDetector<T> {
  private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

  /** Called by Netty. */
  public RecordingLeakDetector(Class<?> resource, int interval) {
    super(resource, interval);
  }

  /** Called by Netty. */
  @SuppressWarnings("deprecation")
  public RecordingLeakDetector(Class<?> resource, int interval, long maxActive) {
    super(resource, interval, maxActive);
  }

  /** What was found since the last call. */
  static List<String> takeLeaks() {
    List<String> leaks = List.copyOf(LEAKS);
    LEAKS.removeAll(leaks);
    return leaks;
  }

  @Override
  protected boolean needReport() {
    return true;
  }

  @Override
  protected void reportTracedLeak(String resource, String records) {
    LEAKS.add(resource + records);
  }

  @Override
  protected void reportUntracedLeak(String resource) {
    LEAKS.add(resource);
  }
}
