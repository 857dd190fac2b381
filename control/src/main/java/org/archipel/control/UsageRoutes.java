package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.ledger.UsageDimension;
import org.archipel.ledger.UsageLedger;
import org.archipel.ledger.UsageQuery;
import org.archipel.ledger.UsageReport;

/** What was used, summed: as JSON, or as CSV for whoever asks for {@code text/csv}. */
final class UsageRoutes {
  private static final List<UsageDimension> FILTERS =
      Arrays.stream(UsageDimension.values()).filter(dimension -> !dimension.time()).toList();

  private final UsageLedger ledger;
  private final Clock clock;

  UsageRoutes(UsageLedger ledger, Clock clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    Operation usage =
        Operation.get("/api/v1/usage", "getUsage", "What was used, summed")
            .needs(Action.USAGE_READ, Concern.SITE)
            .query("by", "What to sum by, with commas between: " + words())
            .query("since", "From when on: 2026-11-01, 2026-11-01T08:00:00Z, or 30m, 24h, 7d ago")
            .query("until", "Until when, written like since")
            .answers(View.class)
            .alsoAs("text/csv");
    for (UsageDimension dimension : FILTERS) {
      usage = usage.query(word(dimension), "Only of this " + word(dimension));
    }
    routes.add(usage, this::usage);
  }

  private HttpResponse usage(Call call) {
    UsageQuery query = query(call);
    UsageReport report = ledger.report(query);
    if (call.accepts("text/csv")) {
      return Json.respond(
          HttpStatus.OK,
          MediaType.CSV_UTF_8,
          UsageCsv.write(query.groupBy(), report).getBytes(StandardCharsets.UTF_8));
    }
    return call.json().answer(HttpStatus.OK, view(query, report));
  }

  private UsageQuery query(Call call) {
    Instant now = clock.instant();
    Optional<Instant> since = call.query("since").map(t -> TimeParameter.past("since", t, now));
    Optional<Instant> until = call.query("until").map(t -> TimeParameter.past("until", t, now));
    if (since.isPresent() && until.isPresent() && since.get().isAfter(until.get())) {
      throw Refusal.badRequest("since: after until (expected: before)");
    }
    Map<UsageDimension, String> filters = new EnumMap<>(UsageDimension.class);
    for (UsageDimension dimension : FILTERS) {
      call.query(word(dimension)).ifPresent(value -> filters.put(dimension, value));
    }
    return new UsageQuery(
        call.query("by").map(UsageRoutes::dimensions).orElse(Set.of()), filters, since, until);
  }

  private static Set<UsageDimension> dimensions(String list) {
    EnumSet<UsageDimension> dimensions = EnumSet.noneOf(UsageDimension.class);
    for (String word : list.split(",", -1)) {
      dimensions.add(
          Arrays.stream(UsageDimension.values())
              .filter(dimension -> word(dimension).equals(word.strip()))
              .findFirst()
              .orElseThrow(
                  () -> Refusal.badRequest("by: unknown (expected: any of " + words() + ")")));
    }
    return dimensions;
  }

  static String word(UsageDimension dimension) {
    return dimension.name().toLowerCase(Locale.ROOT);
  }

  private static String words() {
    return Arrays.stream(UsageDimension.values())
        .map(UsageRoutes::word)
        .collect(Collectors.joining(", "));
  }

  private static View view(UsageQuery query, UsageReport report) {
    List<Map<String, Object>> items = report.rows().stream().map(UsageRoutes::item).toList();
    List<String> by = query.groupBy().stream().map(UsageRoutes::word).toList();
    return new View(by, query.since(), query.until(), report.complete(), items);
  }

  private static Map<String, Object> item(UsageReport.Row row) {
    Map<String, Object> item = new LinkedHashMap<>();
    row.keys().forEach((dimension, value) -> item.put(word(dimension), value));
    UsageCsv.sums(row.sums()).forEach(item::put);
    return item;
  }

  private record View(
      List<String> by,
      Optional<Instant> since,
      Optional<Instant> until,
      boolean complete,
      List<Map<String, Object>> items) {}
}
