package org.archipel.control.oidc;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of a provider, in memory. A token of a key that is not among them makes it ask
 * the provider again, but not more often than every {@link #PAUSE}: whoever sends made-up tokens
 * cannot make us flood the provider. Keys are asked for again after {@link #FRESH}, so that one
 * that the provider took away is not trusted for longer; only while the provider does not answer
 * they are trusted up to {@link #STALE}. Thread-safe.
 */
final class ProviderKeys implements JWKSource<SecurityContext> {
  static final Duration PAUSE = Duration.ofSeconds(10);
  static final Duration FRESH = Duration.ofMinutes(5);
  static final Duration STALE = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(ProviderKeys.class);

  private final Supplier<JWKSet> source;
  private final Clock clock;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile JWKSet keys = new JWKSet();
  private volatile long askedAtMillis = Long.MIN_VALUE / 2;
  private volatile long answeredAtMillis = Long.MIN_VALUE / 2;

  /**
   * Keys that are fetched when they are first needed.
   *
   * @param source asks the provider; blocks
   */
  ProviderKeys(Supplier<JWKSet> source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  /** Asks the provider when it has to, and waits. */
  @Override
  public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
    List<JWK> found = age() < FRESH.toMillis() ? selector.select(keys) : List.of();
    if (found.isEmpty()) {
      fetch();
      found = age() < STALE.toMillis() ? selector.select(keys) : List.of();
    }
    return found;
  }

  private long age() {
    return clock.millis() - answeredAtMillis;
  }

  private boolean mayAsk() {
    return clock.millis() - askedAtMillis >= PAUSE.toMillis();
  }

  private void fetch() {
    fetching.lock();
    try {
      if (mayAsk()) {
        askedAtMillis = clock.millis();
        keys = source.get();
        answeredAtMillis = clock.millis();
      }
    } catch (SignInException e) {
      if (age() >= STALE.toMillis()) {
        throw e;
      }
      LOG.warn("a provider's keys could not be asked for again: {}", e.getMessage());
    } finally {
      fetching.unlock();
    }
  }
}
