package org.archipel.scheduling;

/**
 * What tokens cost, in normalized prompt tokens. Fairness is counted in tokens and not in seconds,
 * so that nobody pays more because a slow engine served them.
 *
 * @param cached a prompt token that the engine found in its cache, at least 0
 * @param completion a generated token, at least 0
 */
public record CostWeights(double cached, double completion) {
  /**
   * scheduling.md §5.1: public price lists take 4 to 5 for a generated token, VTC (OSDI'24) 2; a
   * cached one is a tenth.
   */
  public static final CostWeights DEFAULTS = new CostWeights(0.1, 4);

  public CostWeights {
    Checks.notNegative("cost.cached", cached);
    Checks.notNegative("cost.completion", completion);
  }

  double of(double uncached, double cachedTokens, double completionTokens) {
    return uncached + cached * cachedTokens + completion * completionTokens;
  }
}
