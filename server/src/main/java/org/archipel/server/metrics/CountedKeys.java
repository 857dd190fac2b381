package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.archipel.directory.Caller;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.KeyRing;

/** A key ring that counts its answers, and nothing of what was presented. Thread-safe. */
final class CountedKeys implements KeyRing {
  private static final Family CHECKS =
      Family.of("key_checks", "API keys and tokens that were checked.");

  private final KeyRing keys;
  private final LongAdder accepted = new LongAdder();
  private final PerValue<KeyCheck.Rejected, LongAdder> rejected =
      new PerValue<>(KeyCheck.Rejected.class, LongAdder::new);

  CountedKeys(KeyRing keys) {
    this.keys = keys;
  }

  @Override
  public KeyCheck check(String presented) {
    return counted(keys.check(presented));
  }

  @Override
  public KeyCheck identify(Caller caller, String userToken) {
    KeyCheck answer = keys.identify(caller, userToken);
    // The key was counted as good already.
    return answer instanceof KeyCheck.Rejected why ? counted(why) : answer;
  }

  private KeyCheck counted(KeyCheck answer) {
    switch (answer) {
      case KeyCheck.Accepted _ -> accepted.increment();
      case KeyCheck.Rejected why -> rejected.of(why).increment();
      case KeyCheck.Pending pending -> {
        return new KeyCheck.Pending(() -> counted(pending.verdict().get()));
      }
    }
    return answer;
  }

  void writeTo(Scrape scrape) {
    scrape.counter(CHECKS, accepted.sum(), Labels.of("result", "accepted"));
    for (KeyCheck.Rejected why : KeyCheck.Rejected.values()) {
      scrape.counter(
          CHECKS, rejected.of(why).sum(), Labels.of("result", why.name().toLowerCase(Locale.ROOT)));
    }
  }
}
