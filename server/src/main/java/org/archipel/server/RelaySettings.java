package org.archipel.server;

import java.util.Set;
import org.archipel.relay.RelayLimits;
import org.archipel.relay.RelayOptions;
import org.archipel.relay.RelayTimeouts;
import org.archipel.relay.SchedulingHeaders;
import org.archipel.server.config.Config;
import org.archipel.server.config.LedgerConfig;
import org.archipel.server.config.ListenConfig;
import org.archipel.server.config.SchedulingConfig;
import org.archipel.server.config.TimeoutConfig;

/** The configuration in the relay's words. */
final class RelaySettings {
  private RelaySettings() {}

  static RelayOptions of(Config config) {
    ListenConfig listen = config.listen();
    TimeoutConfig timeouts = config.limits().timeouts();
    SchedulingConfig scheduling = config.limits().scheduling();
    RelayLimits limits =
        new RelayLimits(
            listen.maxBody(),
            listen.maxBodies(),
            RelayLimits.DEFAULTS.maxHeader(),
            scheduling.policy().queue().total(),
            RelayLimits.DEFAULTS.eventLoops(),
            config.limits().quotas().reservedCompletion());
    return RelayOptions.of(config.site().id(), listen.api().resolve())
        .limits(limits)
        .timeouts(
            new RelayTimeouts(
                timeouts.header(),
                timeouts.body(),
                timeouts.idle(),
                scheduling.maxWait(),
                timeouts.connect(),
                timeouts.firstByte(),
                timeouts.betweenChunks(),
                timeouts.clientStall(),
                RelayTimeouts.DEFAULTS.ping()))
        .scheduling(
            scheduling.policy(),
            new SchedulingHeaders(scheduling.sessionHeaders(), scheduling.taskHeaders()))
        .labels(Set.copyOf(config.site().labels()))
        .strictDurability(config.ledger().durability() == LedgerConfig.Durability.STRICT)
        .build();
  }
}
