package org.archipel.control;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.text.PDFTextStripper;
import org.archipel.control.statement.Language;
import org.archipel.control.statement.StatementPage;
import org.archipel.control.statement.StatementPdf;
import org.archipel.ledger.StatementDocument;
import org.archipel.ledger.StatementParty;
import org.archipel.ledger.Statements;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.archipel.storage.Actor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Statements over HTTP, as data, page and PDF. */
final class StatementRoutesTest {
  private static final String HOSTILE = "<script>alert(1)</script>&\"'\u0001œ€";

  @TempDir Path folder;
  private RunningControl control;

  @BeforeEach
  void start() throws Exception {
    control = new RunningControl(folder, new FixedCatalog());
    Actor actor = Actor.token();
    control.directory.createOrganization(actor, "insa");
    control.directory.createOrganization(actor, "univ-rennes");
    HttpResponse<String> named =
        control.call(
            "PATCH",
            "/api/v1/organizations/insa",
            "{\"display_name\":\"INSA <b>à l’œuvre</b>\",\"siren\":\"193501038\"}");
    assertThat(named.statusCode()).as(named.body()).isEqualTo(200);
    used(3, "mistral", "univ-rennes");
    used(1, HOSTILE, "ubo");
    shipped();
  }

  @AfterEach
  void stop() {
    control.close();
  }

  private int used;

  private void shipped() {
    Awaitility.await()
        .until(
            () -> {
              control.ledger.catchUp(Duration.ofSeconds(5));
              return control.get("/api/v1/usage").at("/items/0/requests").asInt() == used;
            });
  }

  private void used(int count, String model, String owner) {
    for (int i = 0; i < count; i++) {
      control
          .ledger
          .journal()
          .append(
              new UsageRecord(
                  new UUID(1, used++),
                  Instant.parse("2026-10-15T10:00:00Z"),
                  "r",
                  "rennes",
                  new UsageRecord.Charged("insa", "chat", "key"),
                  model,
                  Optional.of(new UsageRecord.Place("gpu1", owner)),
                  "/v1/chat/completions",
                  false,
                  UsageOutcome.COMPLETED,
                  200,
                  Optional.empty(),
                  new UsageRecord.Tokens(1_000_000, 200, 50, false),
                  new UsageRecord.Timing(1500, 2000, 900_000),
                  1,
                  1,
                  1,
                  "interactive",
                  Optional.of("p-1"),
                  0,
                  1_234_567,
                  Optional.of(new UsageRecord.Price("t", 1_234_500_000, "EUR"))));
    }
  }

  private HttpResponse<String> get(String path, String accept) throws Exception {
    return control.send(
        "GET", path, "", "authorization", "Bearer " + RunningControl.TOKEN, "accept", accept);
  }

  private StatementDocument document() {
    return control
        .ledger
        .statements()
        .show(
            new org.archipel.ledger.Statement.Issuer(
                "rennes", "Université", StatementParty.of("univ-rennes")),
            StatementParty.of("insa"),
            Statements.month("2026-10"));
  }

  @Test
  void isDraftThenClosedListedAndVerified() throws Exception {
    String one = "/api/v1/statements/insa/2026-10";
    JsonNode draft = control.get(one);
    assertThat(draft.has("closing")).isFalse();
    assertThat(draft.at("/balances/0/net").asLong()).isEqualTo(-4 * 1_234_500_000L);
    assertThat(draft.at("/organization/siren").asText()).isEqualTo("193501038");
    assertThat(draft.at("/issuer/site").asText()).isEqualTo("rennes");
    assertThat(
            control.get("/api/v1/statements/open").path("items").findValuesAsText("organization"))
        .containsExactly("insa", "ubo", "univ-rennes");

    HttpResponse<String> closed = control.call("POST", one + "/close", "");
    assertThat(closed.statusCode()).as(closed.body()).isEqualTo(200);
    JsonNode view = control.parse(closed);
    assertThat(control.parse(control.call("POST", one + "/close", ""))).isEqualTo(view);
    HttpResponse<String> data = get(one, "application/json");
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(data.body().getBytes(StandardCharsets.UTF_8));
    assertThat(HexFormat.of().formatHex(hash)).isEqualTo(view.path("sha256").asText());
    assertThat(data.headers().firstValue("repr-digest")).isPresent();
    assertThat(control.get("/api/v1/statements?month=2026-10").path("items")).containsExactly(view);
    assertThat(control.get("/api/v1/statements/open").path("items")).hasSize(2);
    JsonNode check = control.get("/api/v1/statements/verify");
    assertThat(check.path("whole").asBoolean()).isTrue();
    assertThat(check.path("sha256")).isEqualTo(view.path("sha256"));
  }

  @Test
  void whatCannotBeIsRefused() throws Exception {
    for (List<String> wrong :
        List.of(
            List.of("GET", "/api/v1/statements/insa/2026-13", "400"),
            List.of("GET", "/api/v1/statements/insa/1969-12", "400"),
            List.of("GET", "/api/v1/statements/nobody/2026-10", "404"),
            List.of("GET", "/api/v1/statements/insa/2026-10?lang=xx", "400"),
            List.of("GET", "/api/v1/statements?month=now", "400"),
            List.of("POST", "/api/v1/statements/insa/2026-11/close", "409"))) {
      assertThat(control.call(wrong.get(0), wrong.get(1), "").statusCode())
          .as(wrong.get(1))
          .isEqualTo(Integer.parseInt(wrong.get(2)));
    }
  }

  @Test
  void pageIsStrictAccessibleAndInTheLanguageAskedFor() throws Exception {
    HttpResponse<String> got =
        control.send(
            "GET",
            "/api/v1/statements/insa/2026-10",
            "",
            "authorization",
            "Bearer " + RunningControl.TOKEN,
            "accept",
            "text/html",
            "accept-language",
            "de, fr-FR;q=0.8, en;q=0.5");
    assertThat(got.headers().firstValue("content-security-policy").orElse(""))
        .contains("default-src 'none'")
        .contains("style-src 'sha256-");
    assertThat(got.headers().firstValue("content-language")).contains("fr");
    Document page = parse(got.body());
    assertThat(page.getDocumentElement().getAttribute("lang")).isEqualTo("fr");
    assertThat(elements(page, "script")).isEmpty();
    assertThat(elements(page, "b")).isEmpty();
    assertThat(elements(page, "h1")).hasSize(1);
    assertThat(elements(page, "table"))
        .hasSize(3)
        .allMatch(
            table ->
                !elements(table, "caption").isEmpty()
                    || elements(page, "h2").stream()
                        .anyMatch(
                            h2 ->
                                h2.getAttribute("id")
                                    .equals(table.getAttribute("aria-labelledby"))));
    assertThat(elements(page, "th")).allMatch(th -> !th.getAttribute("scope").isEmpty());
    assertThat(page.getDocumentElement().getTextContent())
        .contains("INSA <b>à l’œuvre</b>")
        .contains(HOSTILE.replace('\u0001', '\ufffd'))
        .contains("3\u00a0703,50\u00a0EUR")
        .contains("−4\u00a0938,00")
        .contains("3\u00a0000\u00a0000")
        .contains("Ceci est un projet");
    assertThat(get("/api/v1/statements/insa/2026-10?lang=en", "text/html").body())
        .contains("<html lang=\"en\">")
        .contains("3,703.50");
  }

  private static Document parse(String html) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(html)));
  }

  private static List<Element> elements(org.w3c.dom.Node in, String tag) {
    NodeList found =
        in instanceof Document document
            ? document.getElementsByTagName(tag)
            : ((Element) in).getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  @Test
  void pdfSaysTheSameWithItsFontsAndIsAlwaysTheSameBytes() throws Exception {
    HttpResponse<String> got = get("/api/v1/statements/insa/2026-10", "application/pdf");
    assertThat(got.headers().firstValue("content-type")).contains("application/pdf");
    StatementPdf pdf = new StatementPdf();
    byte[] bytes = pdf.bytes(document(), Language.FRENCH);
    assertThat(new StatementPdf().bytes(document(), Language.FRENCH)).isEqualTo(bytes);
    try (PDDocument read = Loader.loadPDF(bytes)) {
      String text = new PDFTextStripper().getText(read).replace('\u00a0', ' ');
      assertThat(text)
          .contains("Projet", "moteurs d’autres : positif", "3 703,50 EUR", "œ€", "1 / 2")
          .doesNotContain("&lt;");
      assertThat(read.getDocumentCatalog().getLanguage()).isEqualTo("fr");
      assertThat(requireNonNull(read.getDocumentCatalog().getMarkInfo()).isMarked()).isTrue();
      for (var name : read.getPage(0).getResources().getFontNames()) {
        PDFont font = read.getPage(0).getResources().getFont(name);
        assertThat(font.isEmbedded()).as(font.getName()).isTrue();
      }
    }
  }

  @Test
  void longStatementHasPagesWithNumbersAndHeadings() throws Exception {
    for (int model = 0; model < 120; model++) {
      used(1, "model-" + model, "univ-rennes");
    }
    shipped();
    byte[] bytes = new StatementPdf().bytes(document(), Language.ENGLISH);
    try (PDDocument read = Loader.loadPDF(bytes)) {
      int pages = read.getNumberOfPages();
      assertThat(pages).isGreaterThan(2);
      PDFTextStripper second = new PDFTextStripper();
      second.setStartPage(2);
      second.setEndPage(2);
      assertThat(second.getText(read)).contains("2 / " + pages).contains("Owner of the engines");
    }
    assertThat(StatementPage.html(document(), Language.ENGLISH)).contains("model-119");
    Path look = Path.of(System.getProperty("statement.look", folder.toString()));
    java.nio.file.Files.write(look.resolve("statement.pdf"), bytes);
  }
}
