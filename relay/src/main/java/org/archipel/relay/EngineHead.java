package org.archipel.relay;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The status line and headers of an engine's answer. Reads in one walk what the relay needs and
 * leaves the rest as bytes. Immutable.
 *
 * <p>How the body is framed follows RFC 9112 §6.3. Where it leaves a choice: a length that stands
 * twice, a coding other than {@code chunked} and a folded line are refused; a length beside chunks
 * is ignored, and the connection not used again.
 */
final class EngineHead {
  /** A body whose length the head does not tell. */
  static final long UNKNOWN = -1;

  private static final int VERSION = "HTTP/1.".length();
  private static final int STATUS = "HTTP/1.1 ".length();
  private static final byte[] PROTOCOL = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);

  private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
  private static final AsciiString CONNECTION = AsciiString.cached("connection");
  private static final AsciiString TRANSFER_ENCODING = AsciiString.cached("transfer-encoding");
  private static final AsciiString EVENT_STREAM = AsciiString.cached("text/event-stream");
  private static final AsciiString JSON = AsciiString.cached("application/json");

  /**
   * What goes on to the client as it is. Others describe the hop between us and the engine, and
   * clients like Open WebUI hand all they get to a browser.
   */
  private static final List<AsciiString> PASSED =
      List.of(
          AsciiString.cached("content-disposition"),
          AsciiString.cached("content-language"),
          AsciiString.cached("content-encoding"),
          AsciiString.cached("retry-after"),
          AsciiString.cached("openai-processing-ms"));

  private final byte[] bytes;
  private final int status;
  private Span contentType = Span.NONE;
  private List<Span> passed = List.of();
  private long contentLength = UNKNOWN;
  private boolean chunked;
  private boolean keepAlive;
  private boolean close;

  /**
   * Reads a head.
   *
   * @param bytes the lines with the blank one at their end; kept
   */
  EngineHead(byte[] bytes) throws MalformedResponseException {
    this.bytes = bytes;
    this.status = readStatus();
    this.keepAlive = bytes[VERSION] != '0';
    HeaderLines lines = new HeaderLines(bytes);
    while (lines.next()) {
      read(lines);
    }
    if (lines.malformed()) {
      throw new MalformedResponseException("a header line without a name");
    }
    if (chunked && contentLength != UNKNOWN) {
      contentLength = UNKNOWN;
      close = true;
    }
  }

  int status() {
    return status;
  }

  /** Whether the connection may be used again once the body has ended. */
  boolean keepAlive() {
    return keepAlive && !close;
  }

  /** Whether the body comes in chunks. */
  boolean chunked() {
    return chunked && !bodiless();
  }

  /**
   * The body's length in bytes; {@link #UNKNOWN} when it comes in chunks or ends with the
   * connection.
   */
  long contentLength() {
    return bodiless() ? 0 : contentLength;
  }

  /** Whether a body is never sent with this status. */
  boolean bodiless() {
    return status < 200 || status == 204 || status == 304;
  }

  /** Whether a stream of events follows. */
  boolean eventStream() {
    return startsWith(EVENT_STREAM);
  }

  /** Whether JSON follows. */
  boolean json() {
    return startsWith(JSON);
  }

  boolean hasContentType() {
    return contentType.exists();
  }

  /** Adds the value of {@code content-type}. */
  void writeContentType(HeadWriter to) {
    to.add(bytes, contentType.start(), contentType.end());
  }

  /** Adds the lines that the client gets as they are. */
  void writePassed(HeadWriter to) {
    for (Span line : passed) {
      to.add(bytes, line.start(), line.end()).line();
    }
  }

  /** The value of a header, of the first one if it is there several times. */
  Optional<String> header(AsciiString name) {
    HeaderLines lines = new HeaderLines(bytes);
    while (lines.next()) {
      if (lines.named(name)) {
        return Optional.of(lines.value());
      }
    }
    return Optional.empty();
  }

  private int readStatus() throws MalformedResponseException {
    boolean line =
        bytes.length > STATUS + 3
            && startsWith(bytes, 0, PROTOCOL)
            && digit(bytes[VERSION]) >= 0
            && bytes[VERSION + 1] == ' '
            && (bytes[STATUS + 3] == ' ' || bytes[STATUS + 3] == '\r' || bytes[STATUS + 3] == '\n');
    int code = 0;
    for (int i = STATUS; line && i < STATUS + 3; i++) {
      int digit = digit(bytes[i]);
      line = digit >= 0;
      code = code * 10 + digit;
    }
    if (!line || code < 100) {
      throw new MalformedResponseException("no status line of HTTP/1");
    }
    return code;
  }

  private void read(HeaderLines lines) throws MalformedResponseException {
    // Most headers differ from all of these in length already.
    switch (lines.nameLength()) {
      case 10 -> {
        if (lines.named(CONNECTION)) {
          readConnection(lines);
        }
      }
      case 12 -> {
        if (lines.named(CONTENT_TYPE) && !contentType.exists()) {
          lines.requirePrintable();
          contentType = new Span(lines.valueStart(), lines.valueEnd());
        }
      }
      case 14 -> {
        if (lines.named(CONTENT_LENGTH)) {
          readLength(lines);
        }
      }
      case 17 -> {
        if (lines.named(TRANSFER_ENCODING)) {
          readCoding(lines);
        }
      }
      default -> readPassed(lines);
    }
  }

  private void readPassed(HeaderLines lines) throws MalformedResponseException {
    for (int i = 0; i < PASSED.size(); i++) {
      if (lines.named(PASSED.get(i))) {
        lines.requirePrintable();
        List<Span> more = new ArrayList<>(passed);
        more.add(lines.line());
        passed = more;
      }
    }
  }

  private void readConnection(HeaderLines lines) {
    for (String option : lines.value().split(",", -1)) {
      if (option.strip().equalsIgnoreCase("close")) {
        close = true;
      } else if (option.strip().equalsIgnoreCase("keep-alive")) {
        keepAlive = true;
      }
    }
  }

  private void readLength(HeaderLines lines) throws MalformedResponseException {
    int count = lines.valueEnd() - lines.valueStart();
    if (contentLength != UNKNOWN || count == 0 || count > 18) {
      throw new MalformedResponseException("a content-length that is none");
    }
    long length = 0;
    for (int i = lines.valueStart(); i < lines.valueEnd(); i++) {
      int digit = digit(bytes[i]);
      if (digit < 0) {
        throw new MalformedResponseException("a content-length that is none");
      }
      length = length * 10 + digit;
    }
    contentLength = length;
  }

  private void readCoding(HeaderLines lines) throws MalformedResponseException {
    String coding = lines.value();
    if (coding.equalsIgnoreCase("chunked") && !chunked) {
      chunked = true;
    } else if (!coding.equalsIgnoreCase("identity")) {
      throw new MalformedResponseException("a transfer-encoding that was not asked for");
    }
  }

  private boolean startsWith(AsciiString type) {
    int length = type.length();
    return contentType.end() - contentType.start() >= length
        && HeaderLines.equalIgnoringCase(bytes, contentType.start(), type);
  }

  private static boolean startsWith(byte[] bytes, int from, byte[] prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if (bytes[from + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static int digit(byte b) {
    return b >= '0' && b <= '9' ? b - '0' : -1;
  }
}
