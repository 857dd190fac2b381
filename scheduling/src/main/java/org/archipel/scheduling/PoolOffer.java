package org.archipel.scheduling;

import java.util.Map;

/**
 * What a pool could do for other sites at one moment.
 *
 * @param classes the room for visitors by class; a class that is missing has none
 * @param prefillTokensPerSecond how fast a prompt is read where there is room; over 0
 * @param interTokenNanos the time between two tokens there; at least 0
 */
public record PoolOffer(
    Map<ServiceClass, ClassOffer> classes, double prefillTokensPerSecond, long interTokenNanos) {

  /** There is no room for anybody. */
  public static final PoolOffer NOTHING = new PoolOffer(Map.of(), 1, 0);

  public PoolOffer {
    Checks.positive("prefill_tokens_per_second", prefillTokensPerSecond);
    Checks.notNegative("inter_token", (double) interTokenNanos);
    classes = Map.copyOf(classes);
  }

  /** The room for visitors of a class. */
  public ClassOffer of(ServiceClass serviceClass) {
    return classes.getOrDefault(serviceClass, ClassOffer.NONE);
  }
}
