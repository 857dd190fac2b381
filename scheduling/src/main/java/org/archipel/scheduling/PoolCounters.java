package org.archipel.scheduling;

/**
 * What happened in a pool since it was made. Numbers of demands unless said otherwise.
 *
 * @param dispatched started
 * @param rejectedFull refused because a queue was full
 * @param rejectedPredicted refused because the expected wait was too long
 * @param expired dropped from the queue because the deadline could no longer be met
 * @param noEngine refused because no engine could ever serve them
 * @param withdrawn whose caller went away while they waited
 * @param bypassed starts that passed a demand for which no engine had room
 * @param agingPromotions promoted to the next class because they had waited long
 * @param localityInversions external ones started on an engine while an eligible one of its owner
 *     waited: always 0
 * @param pushbacks answers of engines that they were busy
 * @param limitIncreases steps up of engines' limits
 * @param limitDecreases steps down of engines' limits
 * @param prefixPredictedTokens prompt tokens expected in the caches of the chosen engines
 * @param prefixActualTokens prompt tokens that engines said they found there
 * @param promptTokens prompt tokens of completed runs
 * @param noCredit of other sites, sent back because there was no room for visitors
 */
public record PoolCounters(
    long dispatched,
    long rejectedFull,
    long rejectedPredicted,
    long expired,
    long noEngine,
    long withdrawn,
    long bypassed,
    long agingPromotions,
    long localityInversions,
    long pushbacks,
    long limitIncreases,
    long limitDecreases,
    long prefixPredictedTokens,
    long prefixActualTokens,
    long promptTokens,
    long noCredit) {

  /** The counters of a pool without visitors. */
  public PoolCounters(
      long dispatched,
      long rejectedFull,
      long rejectedPredicted,
      long expired,
      long noEngine,
      long withdrawn,
      long bypassed,
      long agingPromotions,
      long localityInversions,
      long pushbacks,
      long limitIncreases,
      long limitDecreases,
      long prefixPredictedTokens,
      long prefixActualTokens,
      long promptTokens) {
    this(
        dispatched,
        rejectedFull,
        rejectedPredicted,
        expired,
        noEngine,
        withdrawn,
        bypassed,
        agingPromotions,
        localityInversions,
        pushbacks,
        limitIncreases,
        limitDecreases,
        prefixPredictedTokens,
        prefixActualTokens,
        promptTokens,
        0);
  }
}
