package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.archipel.control.Operation.Concern;
import org.archipel.control.census.CensusComparison;
import org.archipel.control.census.CensusComparison.OfOrganization;
import org.archipel.control.census.CensusCount;
import org.archipel.control.census.CensusTables;
import org.archipel.control.census.DeviceLine;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Scope;
import org.archipel.directory.access.Visible;
import org.archipel.directory.census.Census;
import org.archipel.directory.census.CensusCost;
import org.archipel.directory.census.CensusDraft;
import org.archipel.directory.census.CensusEntry;
import org.archipel.directory.census.CensusKind;
import org.archipel.ledger.export.Csv;
import org.archipel.storage.Page;

/** The census: what organizations say of their capacity, and how it compares with what is here. */
final class CensusRoutes {
  private static final String MARKDOWN = "text/markdown";
  private static final String CSV = "text/csv";
  private static final int USUAL_DAYS = 7;
  private static final int MOST_DAYS = 366;

  private final Census census;
  private final CensusCount count;

  CensusRoutes(Census census, CensusCount count) {
    this.census = census;
    this.count = count;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/census", "listCensus", "What organizations say they have and want")
            .query("organization", "Only of this organization")
            .needs(Action.CENSUS_READ, Concern.LISTED)
            .pages(EntryView.class),
        this::entries);
    routes.add(
        Operation.post(
                "/api/v1/organizations/{organization}/census",
                "addCensusEntry",
                "Says what an organization has or wants")
            .path("organization", "The organization's name")
            .needs(Action.CENSUS_DECLARE, Concern.ORGANIZATION)
            .takes(NewEntry.class)
            .creates(EntryView.class)
            .repeatable(),
        this::add);
    routes.add(
        Operation.delete("/api/v1/census/{id}", "removeCensusEntry", "Removes an entry")
            .path("id", "The entry's id")
            .needs(Action.CENSUS_DECLARE, Concern.FOUND)
            .answersNothing(),
        this::remove);
    routes.add(
        Operation.get(
                "/api/v1/census-comparison",
                "compareCensus",
                "Compares what is declared, measured and wanted")
            .query("organization", "Only of this organization")
            .query("days", int.class, "Over how many days load is summed up, 1 to 366; 7")
            .needs(Action.CENSUS_READ, Concern.LISTED)
            .answers(ComparisonView.class)
            .alsoAs(CSV)
            .alsoAs(MARKDOWN),
        this::compare);
  }

  private HttpResponse entries(Call call) {
    call.expectOnly(Set.of("organization", "limit", "after"));
    Page<CensusEntry> page = census.entries(organizations(call), call.page());
    return call.page(new Page<>(page.items().stream().map(EntryView::of).toList(), page.next()));
  }

  /** Those that are asked for and visible as a whole; empty for all. */
  private static Optional<Set<String>> organizations(Call call) {
    Optional<String> asked = call.query("organization");
    Visible visible = call.visible(asked, Optional.empty());
    if (visible.all()) {
      return asked.map(Set::of);
    }
    Set<String> whole = visible.organizations();
    return Optional.of(
        asked.map(one -> whole.contains(one) ? Set.of(one) : Set.<String>of()).orElse(whole));
  }

  private HttpResponse add(Call call) {
    NewEntry body = call.body(NewEntry.class);
    return call.created(
        EntryView.of(census.add(call.actor(), call.path("organization"), body.draft())));
  }

  private HttpResponse remove(Call call) {
    CensusEntry entry = census.entry(call.path("id"));
    call.demand(new Scope.Organization(entry.organization()));
    census.remove(call.actor(), entry.id());
    return call.nothing();
  }

  private HttpResponse compare(Call call) {
    call.expectOnly(Set.of("organization", "days"));
    int days = call.query("days").map(CensusRoutes::days).orElse(USUAL_DAYS);
    CensusComparison comparison = count.compare(Duration.ofDays(days), organizations(call));
    if (call.accepts(CSV)) {
      return text(MediaType.CSV_UTF_8, CensusTables.csv(comparison, Csv::cell));
    }
    if (call.accepts(MARKDOWN)) {
      MediaType markdown = MediaType.create("text", "markdown").withCharset(StandardCharsets.UTF_8);
      return text(markdown, CensusTables.markdown(comparison));
    }
    return call.answer(ComparisonView.of(comparison));
  }

  private static int days(String text) {
    int days = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
    if (days < 1 || days > MOST_DAYS) {
      throw Refusal.badRequest("days: out of range (expected: 1 to " + MOST_DAYS + ")");
    }
    return days;
  }

  private static HttpResponse text(MediaType type, String body) {
    return Json.respond(HttpStatus.OK, type, body.getBytes(StandardCharsets.UTF_8));
  }

  private record NewEntry(
      @JsonPropertyDescription("declared or wanted") Optional<String> kind,
      @JsonPropertyDescription("a device, as h100-sxm") Optional<String> device,
      @JsonPropertyDescription("how many") OptionalInt count,
      @JsonPropertyDescription("what for") Optional<String> purpose,
      @JsonPropertyDescription("until when it is wanted") Optional<LocalDate> horizon,
      @JsonPropertyDescription("1 (first) to 5") OptionalInt priority,
      @JsonPropertyDescription("of all together, in millionths of the currency")
          OptionalLong microCost,
      Optional<String> currency) {
    CensusDraft draft() {
      return new CensusDraft(
          kind.flatMap(CensusKind::of)
              .orElseThrow(
                  () -> Refusal.badRequest("kind: not one (expected: declared or wanted)")),
          device.orElseThrow(() -> Refusal.badRequest("device: missing (expected: a device)")),
          count.orElseThrow(() -> Refusal.badRequest("count: missing (expected: how many)")),
          purpose,
          horizon,
          priority,
          cost());
    }

    private Optional<CensusCost> cost() {
      if (microCost.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new CensusCost(microCost.getAsLong(), currency.orElse("EUR")));
    }
  }

  private record EntryView(
      String id,
      String organization,
      String kind,
      String device,
      int count,
      Optional<String> purpose,
      Optional<LocalDate> horizon,
      OptionalInt priority,
      OptionalLong microCost,
      Optional<String> currency,
      Instant createdAt,
      String createdBy) {
    static EntryView of(CensusEntry entry) {
      CensusDraft draft = entry.draft();
      return new EntryView(
          entry.id(),
          entry.organization(),
          draft.kind().word(),
          draft.device(),
          draft.count(),
          draft.purpose(),
          draft.horizon(),
          draft.priority(),
          draft.cost().map(c -> OptionalLong.of(c.microCurrency())).orElse(OptionalLong.empty()),
          draft.cost().map(CensusCost::currency),
          entry.createdAt(),
          entry.createdBy());
    }
  }

  private record ComparisonView(
      Instant since, Instant until, boolean complete, List<OrganizationView> items) {
    static ComparisonView of(CensusComparison comparison) {
      return new ComparisonView(
          comparison.since(),
          comparison.until(),
          comparison.complete(),
          comparison.organizations().stream().map(OrganizationView::of).toList());
    }
  }

  private record OrganizationView(
      String organization,
      List<DeviceLine> devices,
      int engines,
      int enginesUp,
      int enginesWithoutHardware,
      long requests,
      long promptTokens,
      long completionTokens,
      long engineSeconds,
      @JsonPropertyDescription("absent when it is not measured") OptionalDouble busyShare,
      List<EntryView> wanted) {
    static OrganizationView of(OfOrganization one) {
      return new OrganizationView(
          one.organization(),
          one.devices(),
          one.load().engines(),
          one.load().enginesUp(),
          one.load().enginesWithoutHardware(),
          one.load().requests(),
          one.load().promptTokens(),
          one.load().completionTokens(),
          one.load().engineSeconds(),
          one.load().busyShare(),
          one.wishes().stream().map(EntryView::of).toList());
    }
  }
}
