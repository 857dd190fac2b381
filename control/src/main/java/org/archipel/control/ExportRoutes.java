package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.Organization;
import org.archipel.directory.OrganizationProfile;
import org.archipel.directory.Organizations;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Visible;
import org.archipel.ledger.Charge;
import org.archipel.ledger.ClosedStatement;
import org.archipel.ledger.ExportFilter;
import org.archipel.ledger.UsageLedger;
import org.archipel.ledger.UsageScope;
import org.archipel.ledger.export.FocusLines;
import org.archipel.ledger.export.RecordLines;

/** Records and charges for others' programs, of any length. */
final class ExportRoutes {
  private static final Duration SHIPPING_LIMIT = Duration.ofSeconds(10);
  private static final int MOST_REMEMBERED = 10_000;
  private static final String SINCE = "From when on: 2026-11-01, 2026-11-01T08:00:00Z, or 30m, 7d";

  private final UsageLedger ledger;
  private final Organizations organizations;
  private final SiteFacts site;
  private final Clock clock;
  private final Executor threads;

  ExportRoutes(
      UsageLedger ledger,
      Organizations organizations,
      SiteFacts site,
      Clock clock,
      Executor threads) {
    this.ledger = ledger;
    this.organizations = organizations;
    this.site = site;
    this.clock = clock;
    this.threads = threads;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/exports/records", "exportRecords", "Usage records, line by line")
            .needs(Action.USAGE_READ, Concern.LISTED)
            .query("since", SINCE)
            .query("until", "Until when, written like since; now unless given")
            .query("organization", "Only of this organization")
            .query("project", "Only of this project of the organization")
            .alsoAs(RecordLines.CSV.mediaType())
            .alsoAs(RecordLines.JSON.mediaType()),
        this::records);
    routes.add(
        Operation.get(
                "/api/v1/exports/focus", "exportFocus", "Charges of whole days as FOCUS 1.2, CSV")
            .needs(Action.STATEMENT_READ, Concern.LISTED)
            .query("since", SINCE + "; its day")
            .query("until", "Until when, written like since; the day before it is the last")
            .query("organization", "Only what is billed or credited to this organization")
            .alsoAs(RecordLines.CSV.mediaType()),
        this::focus);
    routes.add(
        Operation.get(
                "/api/v1/exports/person", "exportPerson", "All records of one person, JSON Lines")
            .needs(Action.PERSON_DATA, Concern.SITE)
            .query("person", "The person's pseudonym")
            .query("key", "Or the id of a key that only this person uses")
            .alsoAs(RecordLines.JSON.mediaType()),
        this::person);
    routes.add(
        Operation.post(
                "/api/v1/usage/erase",
                "erasePerson",
                "Takes a person's pseudonym out of records and sums")
            .needs(Action.PERSON_DATA, Concern.SITE)
            .takes(Erase.class)
            .answers(Erased.class),
        this::erase);
  }

  private HttpResponse records(Call call) {
    ExportFilter filter =
        new ExportFilter(since(call), until(call), scope(call), Optional.empty(), Optional.empty());
    RecordLines lines =
        call.accepts(RecordLines.JSON.mediaType()) ? RecordLines.JSON : RecordLines.CSV;
    String name = lines == RecordLines.JSON ? "usage.jsonl" : "usage.csv";
    return stream(call, lines, name, filter);
  }

  private HttpResponse stream(Call call, RecordLines lines, String name, ExportFilter filter) {
    ledger.catchUp(SHIPPING_LIMIT);
    MediaType type = MediaType.parse(lines.mediaType() + "; charset=utf-8");
    return LineStream.answer(
        call,
        type,
        name,
        threads,
        out -> {
          out.line(lines.head());
          ledger.exports().records(filter, record -> out.line(lines.line(record)));
        });
  }

  private Instant since(Call call) {
    return call.query("since")
        .map(text -> TimeParameter.past("since", text, clock.instant()))
        .orElse(Instant.EPOCH);
  }

  private Instant until(Call call) {
    return call.query("until")
        .map(text -> TimeParameter.past("until", text, clock.instant()))
        .orElse(ExportFilter.ALL.until());
  }

  /** What was asked for, and of that what the caller may see. */
  private static UsageScope scope(Call call) {
    Optional<String> organization = call.query("organization");
    Optional<String> project = call.query("project");
    if (project.isPresent() && organization.isEmpty()) {
      throw Refusal.badRequest("project: without organization (expected: both)");
    }
    Visible visible = call.visible(organization, project);
    if (organization.isEmpty()) {
      return visible.all() ? UsageScope.EVERYBODY : scope(visible, name -> true);
    }
    String name = organization.get();
    if (project.isPresent()) {
      UsageScope one =
          new UsageScope(false, List.of(), List.of(new UsageScope.Project(name, project.get())));
      return visible.shows(name, project) ? one : new UsageScope(false, List.of(), List.of());
    }
    return visible.shows(name, Optional.empty())
        ? new UsageScope(false, List.of(name), List.of())
        : scope(visible, name::equals);
  }

  private static UsageScope scope(Visible visible, Predicate<String> wanted) {
    return new UsageScope(
        false,
        visible.organizations().stream().filter(wanted).toList(),
        visible.projects().stream()
            .filter(project -> wanted.test(project.organization()))
            .map(project -> new UsageScope.Project(project.organization(), project.name()))
            .toList());
  }

  private HttpResponse person(Call call) {
    Optional<String> person = call.query("person");
    Optional<String> key = call.query("key");
    if (person.isPresent() == key.isPresent()) {
      throw Refusal.badRequest("person: (expected: either person or key)");
    }
    ExportFilter filter =
        new ExportFilter(
            Instant.EPOCH, ExportFilter.ALL.until(), UsageScope.EVERYBODY, person, key);
    return stream(call, RecordLines.JSON, "person.jsonl", filter);
  }

  private HttpResponse erase(Call call) {
    String person =
        call.body(Erase.class)
            .person()
            .orElseThrow(() -> Refusal.badRequest("person: missing (expected: a pseudonym)"));
    return call.answer(new Erased(ledger.erasure().erase(call.actor(), person)));
  }

  private HttpResponse focus(Call call) {
    Optional<String> asked = call.query("organization");
    Visible visible = call.visible(asked, Optional.empty());
    Predicate<String> shown =
        account ->
            visible.shows(account, Optional.empty()) && asked.map(account::equals).orElse(true);
    LocalDate since = day(since(call));
    LocalDate until = day(until(call));
    if (since.isAfter(until)) {
      throw Refusal.badRequest("since: after until (expected: before)");
    }
    ledger.catchUp(SHIPPING_LIMIT);
    return LineStream.answer(
        call,
        MediaType.CSV_UTF_8,
        "focus.csv",
        threads,
        out -> {
          FocusLines lines = new FocusLines(names(), invoices(), ledger.tariffs().currency());
          out.line(lines.head());
          ledger.exports().charges(since, until, charge -> write(charge, lines, shown, out));
        });
  }

  private static LocalDate day(Instant at) {
    return LocalDate.ofInstant(at, ZoneOffset.UTC);
  }

  private static void write(
      Charge charge, FocusLines lines, Predicate<String> shown, LineStream out) {
    if (shown.test(charge.consumer().organization())) {
      out.line(lines.usage(charge));
    }
    if (shown.test(charge.place().owner())) {
      lines.credit(charge).ifPresent(out::line);
    }
  }

  private FocusLines.Names names() {
    Map<String, String> known = new HashMap<>();
    return new FocusLines.Names(
        site.id(),
        site.name(),
        displayName(site.organization()),
        name -> {
          if (known.size() > MOST_REMEMBERED) {
            known.clear();
          }
          return known.computeIfAbsent(name, this::displayName);
        });
  }

  private String displayName(String organization) {
    return organizations
        .find(organization)
        .map(Organization::profile)
        .flatMap(OrganizationProfile::displayName)
        .orElse(organization);
  }

  /** Asked once for each account and month. */
  private BiFunction<String, YearMonth, Optional<Long>> invoices() {
    record Account(String organization, YearMonth month) {}

    Map<Account, Optional<Long>> known = new HashMap<>();
    return (organization, month) -> {
      if (known.size() > MOST_REMEMBERED) {
        known.clear();
      }
      return known.computeIfAbsent(
          new Account(organization, month),
          account ->
              ledger
                  .statements()
                  .find(account.organization, account.month)
                  .map(ClosedStatement::number));
    };
  }

  private record Erase(Optional<String> person) {}

  /** How many requests were the person's; they stay, of nobody in particular. */
  private record Erased(long requests) {}
}
