package org.archipel.control;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import org.archipel.directory.access.Action;

/**
 * What Prometheus reads. Open to the machine itself, since the listener is there by default and a
 * scraper without a secret is one secret less; for everybody else with the administrator's token.
 */
final class MetricsRoutes {
  private static final MediaType TEXT = MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

  private final SiteState state;

  MetricsRoutes(SiteState state) {
    this.state = state;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get("/metrics", "getMetrics", "What is measured, for Prometheus")
            .fromHereOr(Action.METRICS_READ)
            .alsoAs("text/plain"),
        _ -> Json.respond(HttpStatus.OK, TEXT, state.metrics()));
  }
}
