package org.archipel.server;

import org.archipel.relay.RelayLimits;
import org.archipel.relay.RelayOptions;
import org.archipel.relay.RelayTimeouts;
import org.archipel.server.config.Config;
import org.archipel.server.config.LedgerConfig;
import org.archipel.server.config.ListenConfig;
import org.archipel.server.config.TimeoutConfig;

/** The configuration in the relay's words. */
final class RelaySettings {
  private RelaySettings() {}

  static RelayOptions of(Config config) {
    ListenConfig listen = config.listen();
    TimeoutConfig timeouts = config.limits().timeouts();
    RelayLimits limits =
        new RelayLimits(
            listen.maxBody(),
            listen.maxBodies(),
            RelayLimits.DEFAULTS.maxHeader(),
            config.limits().scheduling().maxQueue(),
            RelayLimits.DEFAULTS.eventLoops());
    return RelayOptions.of(config.site().id(), listen.api().resolve())
        .withLimits(limits)
        .withTimeouts(
            new RelayTimeouts(
                timeouts.header(),
                timeouts.body(),
                timeouts.idle(),
                config.limits().scheduling().maxWait(),
                timeouts.connect(),
                timeouts.firstByte(),
                timeouts.betweenChunks(),
                timeouts.clientStall(),
                RelayTimeouts.DEFAULTS.ping()))
        .withStrictDurability(config.ledger().durability() == LedgerConfig.Durability.STRICT);
  }
}
