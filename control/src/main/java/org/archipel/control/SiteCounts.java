package org.archipel.control;

import java.util.List;

/**
 * What a site has done since it started, in numbers that only grow.
 *
 * @param requests requests that are over
 * @param refused those of them that were refused here: a full queue, too long a wait, no engine
 * @param failed those that an engine or the site failed
 * @param promptTokens tokens read, those from a cache too
 * @param completionTokens tokens written
 * @param classes by class, the most urgent first
 */
public record SiteCounts(
    long requests,
    long refused,
    long failed,
    long promptTokens,
    long completionTokens,
    List<OfClass> classes) {
  /** Of a site that has done nothing. */
  public static final SiteCounts NONE = new SiteCounts(0, 0, 0, 0, 0, List.of());

  public SiteCounts {
    classes = List.copyOf(classes);
  }

  /**
   * Requests of one class.
   *
   * @param word {@code interactive}, {@code standard} or {@code batch}
   * @param upTo upper bounds of the waits for an engine in seconds, growing; one fewer than counts
   * @param waits how many requests fell below each bound and above the one before; the last counts
   *     those above all bounds
   */
  public record OfClass(String word, List<Double> upTo, List<Long> waits) {
    public OfClass {
      upTo = List.copyOf(upTo);
      waits = List.copyOf(waits);
    }
  }
}
