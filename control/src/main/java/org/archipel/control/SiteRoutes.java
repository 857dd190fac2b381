package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;

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
    routes.add(
        Operation.get("/api/v1/site", "getSite", "What the site says of itself")
            .needs(Action.CATALOG_READ, Concern.SITE)
            .answers(View.class),
        call -> call.answer(view()));
    routes.add(
        Operation.get("/health/live", "getLiveness", "Whether the site lives")
            .forEverybody()
            .answers(Health.class),
        call -> call.answer(new Health("live")));
    routes.add(
        Operation.get("/health/ready", "getReadiness", "Whether the site takes requests")
            .forEverybody()
            .answers(Health.class),
        this::ready);
  }

  private HttpResponse ready(Call call) {
    return state.ready()
        ? call.answer(new Health("ready"))
        : call.json()
            .problem(Problem.of(Problem.Kind.UNAVAILABLE, "the site takes no requests now"));
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
