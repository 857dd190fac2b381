package org.archipel.control.statement;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.archipel.ledger.Statement;
import org.archipel.ledger.Statement.Balance;
import org.archipel.ledger.Statement.Closing;
import org.archipel.ledger.Statement.CorrectionLine;
import org.archipel.ledger.Statement.Line;
import org.archipel.ledger.Statement.Volume;
import org.archipel.ledger.StatementDocument;
import org.archipel.ledger.StatementParty;

/**
 * A statement as a page: HTML that needs no script, nothing from elsewhere, and is fit for paper.
 * For one thread.
 */
public final class StatementPage {
  /** From here on columns hold numbers. */
  private static final int TEXTS_OF_LINE = 3;

  private static final int TEXTS_OF_CORRECTION = 5;

  /** What the page looks like; the PDF is made of the same. */
  private static final String STYLE =
      "@page{size:A4 landscape;margin:15mm 12mm 16mm 12mm;"
          + "@bottom-right{content:counter(page) \" / \" counter(pages);"
          + "font-family:'Statement';font-size:8pt;color:#444}}"
          + "body{font-family:'Statement','Liberation Sans',Arial,sans-serif;font-size:9pt;"
          + "line-height:1.35;color:#111;max-width:75em;margin:1em auto;padding:0 1em}"
          + "h1{font-size:16pt;margin:0 0 6pt 0}h2{font-size:12pt;margin:14pt 0 4pt 0;"
          + "page-break-after:avoid}p{margin:3pt 0}"
          + "dl{margin:4pt 0}dt{font-weight:bold;margin-top:3pt}dd{margin:0 0 0 12pt}"
          + "table{width:100%;border-collapse:collapse;-fs-table-paginate:paginate}"
          + "caption{text-align:left;font-weight:bold;padding:4pt 0}"
          + "th,td{border-bottom:0.5pt solid #999;padding:2pt 4pt;text-align:left;"
          + "vertical-align:top;font-weight:normal;overflow-wrap:anywhere;word-wrap:break-word}"
          + "tr{page-break-inside:avoid}thead th{border-bottom:1pt solid #111;font-weight:bold}"
          + ".n{text-align:right;white-space:nowrap}thead .n{white-space:normal}"
          + ".note{color:#444}"
          + ".draft{border:1pt solid #8a4b00;padding:4pt;color:#8a4b00}.hash{font-size:7.5pt}"
          + "@media print{body{max-width:none;margin:0;padding:0}}";

  private final Markup page = new Markup();
  private final Language language;
  private final Figures figures;
  private final Statement statement;

  private StatementPage(Statement statement, Language language) {
    this.statement = statement;
    this.language = language;
    this.figures = new Figures(language);
  }

  /** The whole page. */
  public static String html(StatementDocument document, Language language) {
    StatementPage page = new StatementPage(document.statement(), language);
    page.write(document.sha256());
    return page.page.toString();
  }

  /** What a browser may do with the page: show it in our style, and nothing else. */
  public static String contentSecurityPolicy() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(STYLE.getBytes(StandardCharsets.UTF_8));
      return "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " style-src 'sha256-"
          + Base64.getEncoder().encodeToString(hash)
          + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a Java without SHA-256", e);
    }
  }

  private String say(Words words) {
    return words.in(language);
  }

  /** Its name: what it is, its number, whose and of when. */
  private String title() {
    String kind =
        statement
            .closing()
            .map(c -> say(Words.STATEMENT) + " " + say(Words.NUMBER) + " " + c.number())
            .orElse(say(Words.DRAFT));
    return kind + " \u2013 " + name(statement.organization()) + " \u2013 " + statement.month();
  }

  private static String name(StatementParty party) {
    return party.displayName().orElse(party.name());
  }

  private void write(String sha256) {
    page.raw("<!DOCTYPE html>\n<html lang=\"").raw(language.code()).raw("\"><head>");
    page.raw("<meta charset=\"utf-8\"/>").element("title", title());
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
    page.raw("<meta name=\"subject\" content=\"").text(title()).raw("\"/>");
    page.raw("<meta name=\"description\" content=\"").text(title()).raw("\"/>");
    page.raw("<style>").raw(STYLE).raw("</style></head><body><main>");
    page.element("h1", title());
    standing();
    facts();
    summary();
    lines(Words.CONSUMED_LINES, Words.OWNER, statement.consumed());
    lines(Words.CONTRIBUTED_LINES, Words.CONSUMER, statement.contributed());
    corrections();
    page.raw("<p class=\"note hash\">").text(say(Words.DATA_HASH).formatted(sha256)).raw("</p>");
    page.raw("</main></body></html>\n");
  }

  private void standing() {
    boolean closed = statement.closing().isPresent();
    page.raw(closed ? "<p>" : "<p class=\"draft\">");
    page.text(say(closed ? Words.CLOSED_NOTE : Words.DRAFT_NOTE)).raw("</p>");
  }

  private void facts() {
    page.raw("<dl>");
    fact(Words.ORGANIZATION, described(statement.organization()));
    fact(Words.ISSUED_BY, described(statement.issuer().organization()));
    fact(Words.SITE, statement.issuer().name() + " (" + statement.issuer().site() + ")");
    YearMonth month = YearMonth.parse(statement.month());
    fact(
        Words.PERIOD,
        say(Words.PERIOD_FORM).formatted(month.atDay(1).toString(), month.atEndOfMonth()));
    Optional<Closing> closing = statement.closing();
    closing.ifPresent(c -> fact(Words.CLOSED_AT, c.closedAt().toString()));
    page.raw("</dl>");
  }

  private void fact(Words name, String value) {
    page.element("dt", say(name)).element("dd", value);
  }

  private static String described(StatementParty party) {
    List<String> parts = new ArrayList<>();
    party.displayName().ifPresent(parts::add);
    parts.add(party.name());
    party.siren().ifPresent(number -> parts.add("SIREN " + number));
    party.siret().ifPresent(number -> parts.add("SIRET " + number));
    party.uai().ifPresent(number -> parts.add("UAI " + number));
    party.ror().ifPresent(id -> parts.add("ROR https://ror.org/" + id));
    return String.join(" \u2013 ", parts);
  }

  private void summary() {
    page.element("h2", say(Words.SUMMARY));
    if (!statement.balances().isEmpty()) {
      page.raw("<table>").element("caption", say(Words.BALANCE));
      page.head(
          words(Words.CURRENCY, Words.CONSUMED, Words.OWN_USE, Words.CONTRIBUTED, Words.NET), 1);
      page.raw("<tbody>");
      for (Balance balance : statement.balances()) {
        page.row(
            List.of(
                balance.currency(),
                figures.amount(balance.consumed()),
                figures.amount(balance.ownUse()),
                figures.amount(balance.contributed()),
                figures.amount(balance.net())),
            1);
      }
      page.raw("</tbody></table>");
    }
    page.raw("<table>").element("caption", say(Words.VOLUME));
    List<String> head = words(Words.PART);
    head.addAll(volumeWords());
    page.head(head, 1).raw("<tbody>");
    volume(Words.CONSUMED, statement.volume().consumed());
    volume(Words.OWN_USE, statement.volume().ownUse());
    volume(Words.CONTRIBUTED, statement.volume().contributed());
    volume(Words.NET, statement.volume().net());
    page.raw("</tbody></table>");
    page.raw("<p class=\"note\">").text(say(Words.NET_NOTE)).raw("</p>");
  }

  private void volume(Words name, Volume volume) {
    List<String> cells = new ArrayList<>(List.of(say(name)));
    cells.addAll(cells(volume));
    page.row(cells, 1);
  }

  private List<String> words(Words... words) {
    List<String> texts = new ArrayList<>();
    for (Words word : words) {
      texts.add(say(word));
    }
    return texts;
  }

  private List<String> volumeWords() {
    return words(
        Words.REQUESTS,
        Words.PROMPT,
        Words.CACHED,
        Words.COMPLETION,
        Words.ENGINE_SECONDS,
        Words.AUDIO_SECONDS);
  }

  private List<String> cells(Volume volume) {
    return List.of(
        figures.count(volume.requests()),
        figures.count(volume.promptTokens()),
        figures.count(volume.cachedTokens()),
        figures.count(volume.completionTokens()),
        figures.seconds(volume.engineMicros()),
        figures.secondsOfMillis(volume.audioMillis()));
  }

  private void lines(Words title, Words party, List<Line> lines) {
    String id = heading(title);
    if (lines.isEmpty()) {
      page.element("p", say(Words.NOTHING));
      return;
    }
    page.raw("<table aria-labelledby=\"").raw(id).raw("\">");
    List<String> head = words(party, Words.MODEL, Words.CLASS);
    head.addAll(volumeWords());
    head.add(say(Words.AMOUNT));
    page.head(head, TEXTS_OF_LINE).raw("<tbody>");
    for (Line line : lines) {
      List<String> cells = new ArrayList<>();
      cells.add(party(line));
      cells.add(line.model());
      cells.add(line.serviceClass());
      cells.addAll(cells(line.used()));
      cells.add(amount(line.microCurrency(), line.currency()));
      page.row(cells, TEXTS_OF_LINE);
    }
    page.raw("</tbody></table>");
  }

  /** With the other site where it is one; an owner there is not known here. */
  private String party(Line line) {
    if (line.site().isEmpty()) {
      return line.party().isEmpty() ? say(Words.NO_ENGINE) : line.party();
    }
    return line.party().isEmpty() ? line.site() : line.party() + " @ " + line.site();
  }

  /** A heading, and the id by which a table refers to it. */
  private String heading(Words words) {
    String id = words.name().toLowerCase(Locale.ROOT);
    page.raw("<h2 id=\"").raw(id).raw("\">").text(say(words)).raw("</h2>");
    return id;
  }

  /** What was not priced has no currency, and costs nothing. */
  private String amount(long micro, String currency) {
    return currency.isEmpty() ? "\u2013" : figures.amount(micro) + "\u00a0" + currency;
  }

  private void corrections() {
    if (statement.corrections().isEmpty()) {
      return;
    }
    String id = heading(Words.CORRECTIONS);
    page.raw("<p class=\"note\">").text(say(Words.CORRECTIONS_NOTE)).raw("</p>");
    page.raw("<table aria-labelledby=\"").raw(id).raw("\">");
    List<String> head =
        words(Words.KIND, Words.REASON, Words.CONSUMER, Words.OWNER, Words.MODEL, Words.COUNT);
    head.addAll(words(Words.PROMPT, Words.CACHED, Words.COMPLETION, Words.AMOUNT));
    page.head(head, TEXTS_OF_CORRECTION).raw("<tbody>");
    for (CorrectionLine line : statement.corrections()) {
      page.row(
          List.of(
              say(kind(line.kind())),
              line.reason(),
              line.consumer(),
              line.owner(),
              line.model(),
              figures.count(line.count()),
              figures.count(line.promptTokens()),
              figures.count(line.cachedTokens()),
              figures.count(line.completionTokens()),
              amount(line.microCurrency(), line.currency())),
          TEXTS_OF_CORRECTION);
    }
    page.raw("</tbody></table>");
  }

  private static Words kind(String kind) {
    return switch (kind) {
      case "tokens" -> Words.KIND_TOKENS;
      case "repricing" -> Words.KIND_REPRICING;
      case "amount" -> Words.KIND_AMOUNT;
      default -> Words.KIND_OTHER;
    };
  }
}
