package org.archipel.control.statement;

import com.openhtmltopdf.outputdevice.helper.ExternalResourceControlPriority;
import com.openhtmltopdf.pdfboxout.PdfBoxRenderer;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.util.XRLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.Locale;
import java.util.TimeZone;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.archipel.ledger.Statement;
import org.archipel.ledger.StatementDocument;

/**
 * A statement as PDF, made of its page: tagged for readers that speak (PDF/UA), with its font
 * embedded. The same statement in the same language is the same bytes. Thread-safe; one at a time,
 * since each takes some tens of megabytes.
 */
public final class StatementPdf {
  /** Of PDFBox itself, under the SIL Open Font License; without bold and without Asian scripts. */
  private static final String FONT = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

  private static final String FAMILY = "Statement";
  private static final float VERSION = 1.7f;
  private static final int MOST_LINES = 5_000;

  private final ReentrantLock one = new ReentrantLock();

  /** Makes PDFs. */
  public StatementPdf() {
    // The library writes what it does to the standard error unless it is told not to.
    XRLog.setLoggingEnabled(false);
  }

  /** Whether a statement is short enough for paper. */
  public static boolean fits(Statement statement) {
    return statement.consumed().size()
            + statement.contributed().size()
            + statement.corrections().size()
        <= MOST_LINES;
  }

  /** The document. */
  public byte[] bytes(StatementDocument document, Language language) {
    one.lock();
    try (PDDocument pdf = new PDDocument()) {
      PdfRendererBuilder builder = new PdfRendererBuilder();
      builder.usePDDocument(pdf);
      builder.usePdfVersion(VERSION);
      builder.usePdfUaAccessibility(true);
      builder.useFont(StatementPdf::font, FAMILY);
      for (ExternalResourceControlPriority when : ExternalResourceControlPriority.values()) {
        builder.useExternalResourceAccessControl((_, _) -> false, when);
      }
      builder.withHtmlContent(StatementPage.html(document, language), null);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (PdfBoxRenderer renderer = builder.buildPdfRenderer()) {
        renderer.createPDFWithoutClosing();
        settle(pdf, document);
        pdf.save(bytes);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("a statement that cannot be written as PDF", e);
    } finally {
      one.unlock();
    }
  }

  /** Times and ids are the statement's and not those of the moment. */
  private static void settle(PDDocument pdf, StatementDocument document) {
    Statement statement = document.statement();
    Instant at =
        statement
            .closing()
            .map(Statement.Closing::closedAt)
            .orElseGet(
                () ->
                    YearMonth.parse(statement.month())
                        .atDay(1)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant());
    Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone("UTC"), Locale.ROOT);
    calendar.setTimeInMillis(at.toEpochMilli());
    pdf.getDocumentInformation().setCreationDate(calendar);
    pdf.getDocumentInformation().setModificationDate(calendar);
    pdf.getDocumentInformation().setProducer("Archipel");
    pdf.setDocumentId(Long.parseUnsignedLong(document.sha256().substring(0, 16), 16));
  }

  private static InputStream font() {
    InputStream font = PDDocument.class.getResourceAsStream(FONT);
    if (font == null) {
      throw new IllegalStateException("PDFBox without its font");
    }
    return font;
  }
}
