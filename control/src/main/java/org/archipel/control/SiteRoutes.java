package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the site says of itself, and whether it lives and is ready. */
final class SiteRoutes {
  private final SiteFacts site;
  private final SiteState state;
  private final Clock clock;

  SiteRoutes(SiteFacts site, SiteState state, Clock clock) {
    this.site = site;
    this.state = state;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    routes.get("/api/v1/site", call -> call.json().answer(HttpStatus.OK, view()));
    routes.open("/health/live", call -> call.json().answer(HttpStatus.OK, new Health("live")));
    routes.open("/health/ready", this::ready);
  }

  private HttpResponse ready(Call call) {
    return state.ready()
        ? call.json().answer(HttpStatus.OK, new Health("ready"))
        : call.json().problem(HttpStatus.SERVICE_UNAVAILABLE, "the site takes no requests now");
  }

  private View view() {
    return new View(
        site.id(),
        site.name(),
        site.organization(),
        site.labels(),
        site.version(),
        site.startedAt(),
        Duration.between(site.startedAt(), clock.instant()).toSeconds(),
        address());
  }

  private String address() {
    String host = state.api().getHostString();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + state.api().getPort();
  }

  private record Health(String status) {}

  private record View(
      String id,
      String name,
      String organization,
      List<String> labels,
      String version,
      Instant startedAt,
      long uptimeSeconds,
      String api) {}
}
