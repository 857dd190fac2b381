package org.archipel.scheduling;

/**
 * How many demands may wait in one pool.
 *
 * @param total of all organizations, at least 0
 * @param perOrganization of one organization, at least 0
 */
public record QueueLimits(int total, int perOrganization) {
  /** scheduling.md §5.1: 2,000 for an organization; the sum bounds memory. */
  public static final QueueLimits DEFAULTS = new QueueLimits(20_000, 2_000);

  public QueueLimits {
    Checks.notNegative("max_queue", total);
    Checks.notNegative("max_queue_per_organization", perOrganization);
  }
}
