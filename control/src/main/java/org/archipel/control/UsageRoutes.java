package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
import org.archipel.directory.access.Visible;
import org.archipel.ledger.UsageDimension;
import org.archipel.ledger.UsageLedger;
import org.archipel.ledger.UsageQuery;
import org.archipel.ledger.UsageReport;
import org.archipel.ledger.UsageScope;
import org.archipel.storage.PageRequest;

/** What was used, summed: as JSON, or as CSV for whoever asks for {@code text/csv}. */
final class UsageRoutes {
  private static final int MOST_CSV = 100_000;
  private static final int MOST_DAYS = 31;
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
            .needs(Action.USAGE_READ, Concern.LISTED)
            .query("by", "What to sum by, with commas between: " + words())
            .query("since", "From when on: 2026-11-01, 2026-11-01T08:00:00Z, or 30m, 24h, 7d ago")
            .query("until", "Until when, written like since")
            .query("limit", int.class, "How many rows at most, 1 to 1000; 1000 unless given")
            .query("after", "The next of the page before");
    for (UsageDimension dimension : FILTERS) {
      usage = usage.query(word(dimension), "Only usage with exactly this " + word(dimension));
    }
    routes.add(usage.answers(View.class).alsoAs("text/csv"), this::usage);
    routes.add(
        Operation.post("/api/v1/usage/rebuild", "rebuildSums", "Sums days up anew from records")
            .needs(Action.USAGE_CORRECT, Concern.SITE)
            .takes(Days.class)
            .answers(Rebuilt.class),
        this::rebuild);
  }

  private HttpResponse usage(Call call) {
    UsageQuery query = query(call);
    if (call.accepts("text/csv")) {
      return Json.respond(
          HttpStatus.OK,
          MediaType.CSV_UTF_8,
          UsageCsv.write(query.groupBy(), allPages(query)).getBytes(StandardCharsets.UTF_8));
    }
    return call.answer(view(query, ledger.report(query, page(call))));
  }

  private static PageRequest page(Call call) {
    PageRequest asked = call.page();
    return call.query("limit").isPresent()
        ? asked
        : new PageRequest(asked.after(), PageRequest.MAX_LIMIT);
  }

  /** A table for a spreadsheet is wanted whole, up to what a spreadsheet bears. */
  private UsageReport allPages(UsageQuery query) {
    List<UsageReport.Row> rows = new ArrayList<>();
    PageRequest first = new PageRequest(Optional.empty(), PageRequest.MAX_LIMIT);
    UsageReport page = ledger.report(query, first);
    rows.addAll(page.rows());
    while (page.next().isPresent()) {
      if (rows.size() >= MOST_CSV) {
        throw Refusal.badRequest("by: more than " + MOST_CSV + " rows (expected: a filter)");
      }
      page = ledger.report(query, new PageRequest(page.next(), PageRequest.MAX_LIMIT));
      rows.addAll(page.rows());
    }
    return new UsageReport(rows, page.complete(), Optional.empty());
  }

  private HttpResponse rebuild(Call call) {
    Days days = call.body(Days.class);
    LocalDate first = date("since", days.since());
    LocalDate last = date("until", days.until());
    long count = ChronoUnit.DAYS.between(first, last);
    if (count < 1 || count > MOST_DAYS) {
      throw Refusal.badRequest("until: (expected: 1 to " + MOST_DAYS + " days after since)");
    }
    List<String> kept =
        first
            .datesUntil(last)
            .filter(day -> !ledger.rebuildSums(day))
            .map(LocalDate::toString)
            .toList();
    return call.answer(new Rebuilt(count - kept.size(), kept));
  }

  private static LocalDate date(String field, Optional<String> text) {
    try {
      LocalDate date = LocalDate.parse(text.orElse(""));
      if (date.getYear() >= 1970 && date.getYear() <= 9999) {
        return date;
      }
    } catch (DateTimeException e) {
      // Told below.
    }
    throw Refusal.badRequest(field + ": not a date (expected: as in 2026-11-01)");
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
    Set<UsageDimension> by = call.query("by").map(UsageRoutes::dimensions).orElse(Set.of());
    return new UsageQuery(by, filters, since, until, scope(call));
  }

  private static UsageScope scope(Call call) {
    Visible visible = call.visible(call.query("organization"), call.query("project"));
    if (visible.all()) {
      return UsageScope.EVERYBODY;
    }
    return new UsageScope(
        false,
        List.copyOf(visible.organizations()),
        visible.projects().stream()
            .map(project -> new UsageScope.Project(project.organization(), project.name()))
            .toList());
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
    return new View(by, query.since(), query.until(), report.complete(), items, report.next());
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
      List<Map<String, Object>> items,
      Optional<String> next) {}

  /** Days from the first up to, and without, the last. */
  private record Days(Optional<String> since, Optional<String> until) {}

  /**
   * What became of the days.
   *
   * @param rebuilt how many were summed up anew
   * @param kept those whose records are not all there any more: their sums stay
   */
  private record Rebuilt(long rebuilt, List<String> kept) {}
}
