package org.archipel.server.metrics;

import java.util.Map;
import org.archipel.scheduling.PoolSnapshot;

/** A relay that does not change. */
record FixedRelay(Map<String, PoolSnapshot> pools, int retriesLeft)
    implements SiteMetrics.RelayState {}
