package org.archipel.control;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.archipel.control.Operation.Concern;
import org.archipel.control.statement.Language;
import org.archipel.control.statement.StatementPage;
import org.archipel.control.statement.StatementPdf;
import org.archipel.directory.Identifiers;
import org.archipel.directory.Organization;
import org.archipel.directory.Organizations;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Visible;
import org.archipel.ledger.ClosedStatement;
import org.archipel.ledger.Statement;
import org.archipel.ledger.StatementCheck;
import org.archipel.ledger.StatementDocument;
import org.archipel.ledger.StatementParty;
import org.archipel.ledger.Statements;

/** Monthly statements: as data, as a page, as PDF. */
final class StatementRoutes {
  private static final String ONE = "/api/v1/statements/{organization}/{month}";
  private static final String HTML = "text/html";
  private static final String PDF = "application/pdf";

  private final Statements statements;
  private final Organizations organizations;
  private final SiteFacts site;
  private final Clock clock;
  private final StatementPdf pdf = new StatementPdf();

  StatementRoutes(Statements statements, Organizations organizations, SiteFacts site, Clock clock) {
    this.statements = statements;
    this.organizations = organizations;
    this.site = site;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/statements", "listStatements", "Closed statements, the latest first")
            .needs(Action.STATEMENT_READ, Concern.LISTED)
            .query("organization", "Only of this organization")
            .query("month", "Only of this month, as 2026-11")
            .pages(ClosedView.class),
        this::list);
    routes.add(
        Operation.get(
                "/api/v1/statements/open",
                "listOpenStatements",
                "Organizations with usage in a month that is not closed for them")
            .needs(Action.STATEMENT_READ, Concern.LISTED)
            .query("organization", "Only of this organization")
            .query("month", "Of which month, as 2026-11; the last one unless given")
            .lists(OpenView.class),
        this::open);
    routes.add(
        Operation.get(
                "/api/v1/statements/verify",
                "verifyStatements",
                "Checks that closed statements are what was closed")
            .needs(Action.STATEMENT_READ, Concern.SITE)
            .answers(CheckView.class),
        call -> call.answer(check(statements.verify())));
    routes.add(
        Operation.get(ONE, "getStatement", "A month's statement as closed, or as it would be now")
            .path("organization", "The organization's name")
            .path("month", "The month, as 2026-11")
            .needs(Action.STATEMENT_READ, Concern.ORGANIZATION)
            .query("lang", "Of page and PDF: en or fr; what accept-language says unless given")
            .answers(Statement.class)
            .alsoAs(HTML)
            .alsoAs(PDF),
        this::show);
    routes.add(
        Operation.post(ONE + "/close", "closeStatement", "Closes a month's statement for ever")
            .path("organization", "The organization's name")
            .path("month", "The month, as 2026-11")
            .needs(Action.STATEMENT_CLOSE, Concern.SITE)
            .answers(ClosedView.class),
        this::close);
  }

  private HttpResponse list(Call call) {
    Optional<YearMonth> month = call.query("month").map(Statements::month);
    return call.page(statements.list(shown(call), month, call.page()).map(StatementRoutes::view));
  }

  /** Whole organizations that are asked for and visible; empty for all. */
  private static Optional<Set<String>> shown(Call call) {
    Optional<String> asked = call.query("organization");
    Visible visible = call.visible(asked, Optional.empty());
    if (visible.all()) {
      return asked.map(Set::of);
    }
    Set<String> whole = visible.organizations();
    return Optional.of(
        asked.map(one -> whole.contains(one) ? Set.of(one) : Set.<String>of()).orElse(whole));
  }

  private HttpResponse open(Call call) {
    Optional<Set<String>> shown = shown(call);
    YearMonth last = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
    YearMonth month = call.query("month").map(Statements::month).orElse(last);
    boolean ended = statements.ended(month);
    List<OpenView> items =
        statements.open(month).stream()
            .filter(name -> shown.map(names -> names.contains(name)).orElse(true))
            .map(name -> new OpenView(name, month.toString(), ended))
            .toList();
    return call.items(items);
  }

  private HttpResponse show(Call call) {
    Optional<Language> asked =
        call.query("lang")
            .map(
                code ->
                    Language.of(code)
                        .orElseThrow(
                            () -> Refusal.badRequest("lang: not one (expected: en or fr)")));
    YearMonth month = Statements.month(call.path("month"));
    StatementDocument document =
        statements.show(issuer(), party(call.path("organization"), month), month);
    Language language =
        asked.orElseGet(
            () -> Language.accepted(call.request().headers().get("accept-language", "")));
    if (call.accepts(PDF)) {
      return pdf(document, language);
    }
    if (call.accepts(HTML)) {
      byte[] page = StatementPage.html(document, language).getBytes(StandardCharsets.UTF_8);
      return Json.respond(
          HttpStatus.OK,
          MediaType.HTML_UTF_8,
          page,
          new Json.Header(
              HttpHeaderNames.CONTENT_SECURITY_POLICY, StatementPage.contentSecurityPolicy()),
          new Json.Header(HttpHeaderNames.CONTENT_LANGUAGE, language.code()));
    }
    byte[] hash = HexFormat.of().parseHex(document.sha256());
    String digest = "sha-256=:" + Base64.getEncoder().encodeToString(hash) + ":";
    return Json.respond(
        HttpStatus.OK,
        MediaType.JSON_UTF_8,
        document.bytes(),
        new Json.Header("repr-digest", digest));
  }

  private HttpResponse pdf(StatementDocument document, Language language) {
    if (!StatementPdf.fits(document.statement())) {
      throw new Refusal(
          Problem.Kind.CONFLICT, "the statement has too many lines for paper: take the data");
    }
    return Json.respond(
        HttpStatus.OK,
        MediaType.PDF,
        pdf.bytes(document, language),
        new Json.Header(HttpHeaderNames.CONTENT_LANGUAGE, language.code()));
  }

  private HttpResponse close(Call call) {
    YearMonth month = Statements.month(call.path("month"));
    StatementParty party = party(call.path("organization"), month);
    return call.answer(view(statements.close(call.actor(), issuer(), party, month)));
  }

  private Statement.Issuer issuer() {
    return new Statement.Issuer(
        site.id(),
        site.name(),
        party(organizations.find(site.organization()), site.organization()));
  }

  /** Owners of engines need not be in the directory. */
  private StatementParty party(String name, YearMonth month) {
    Optional<Organization> known = organizations.find(name);
    if (known.isEmpty()
        && statements.find(name, month).isEmpty()
        && !statements.open(month).contains(name)) {
      throw Refusal.notFound("there is no such organization");
    }
    return party(known, name);
  }

  private static StatementParty party(Optional<Organization> known, String name) {
    if (known.isEmpty()) {
      return StatementParty.of(name);
    }
    Identifiers ids = known.get().profile().identifiers();
    return new StatementParty(
        name, known.get().profile().displayName(), ids.siren(), ids.siret(), ids.uai(), ids.ror());
  }

  private static ClosedView view(ClosedStatement closed) {
    return new ClosedView(
        closed.number(),
        closed.organization(),
        closed.month().toString(),
        closed.closedAt(),
        closed.closedBy().toString(),
        closed.sha256());
  }

  private static CheckView check(StatementCheck check) {
    return switch (check) {
      case StatementCheck.Whole whole ->
          new CheckView(
              true,
              OptionalLong.of(whole.statements()),
              Optional.of(whole.sha256()),
              OptionalLong.empty(),
              Optional.empty());
      case StatementCheck.Broken broken ->
          new CheckView(
              false,
              OptionalLong.empty(),
              Optional.empty(),
              OptionalLong.of(broken.number()),
              Optional.of(broken.why()));
    };
  }

  /** A closed statement; {@code sha256} is of the answer that {@code getStatement} gives. */
  private record ClosedView(
      long number,
      String organization,
      String month,
      Instant closedAt,
      String closedBy,
      String sha256) {}

  /** Whose month is open; {@code ended} says whether it can be closed. */
  private record OpenView(String organization, String month, boolean ended) {}

  private record CheckView(
      boolean whole,
      OptionalLong statements,
      Optional<String> sha256,
      OptionalLong broken,
      Optional<String> why) {}
}
