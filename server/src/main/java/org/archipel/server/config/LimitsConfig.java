package org.archipel.server.config;

/**
 * What a request, a queue and the end of the process may take.
 *
 * @param timeouts how long to wait for what
 * @param scheduling how requests wait for an engine
 * @param shutdown how the site ends
 * @param quotas what quotas reserve, and who is told of them
 */
public record LimitsConfig(
    TimeoutConfig timeouts,
    SchedulingConfig scheduling,
    ShutdownConfig shutdown,
    QuotaConfig quotas) {
  /** The defaults of each. */
  public static final LimitsConfig DEFAULTS =
      new LimitsConfig(
          TimeoutConfig.DEFAULTS,
          SchedulingConfig.DEFAULTS,
          ShutdownConfig.DEFAULTS,
          QuotaConfig.DEFAULTS);

  static LimitsConfig read(Section root) {
    return new LimitsConfig(
        TimeoutConfig.read(root.group("timeouts")),
        SchedulingConfig.read(root.group("scheduling")),
        ShutdownConfig.read(root.group("shutdown")),
        QuotaConfig.read(root));
  }
}
