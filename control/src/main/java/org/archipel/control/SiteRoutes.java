package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What the site says of itself, and whether it lives and is ready. */
final class SiteRoutes {
  private final SiteFacts site;
  private final BooleanSupplier ready;
  private final Clock clock;

  SiteRoutes(SiteFacts site, BooleanSupplier ready, Clock clock) {
    this.site = site;
    this.ready = ready;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    routes.get("/api/v1/site", call -> call.json().answer(HttpStatus.OK, view()));
    routes.open("/health/live", call -> call.json().answer(HttpStatus.OK, new Health("live")));
    routes.open("/health/ready", this::ready);
  }

  private HttpResponse ready(Call call) {
    return ready.getAsBoolean()
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
    String host = site.api().getHostString();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + site.api().getPort();
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
