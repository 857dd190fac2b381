package org.archipel.relay;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the text fields {@code model} and {@code stream} in a {@code multipart/form-data} body (RFC
 * 7578), wherever they stand among files. Reads the body in windows, so that a large one need not
 * lie in one piece.
 */
final class MultipartScanner {
  private static final int WINDOW = 16 * 1024;
  private static final int MAX_PARTS = 200;
  private static final int MAX_PART_HEADER = 4096;
  private static final int MAX_VALUE = 1024;
  private static final int MAX_BOUNDARY = 70;
  private static final byte[] HEADER_END = ascii("\r\n\r\n");
  private static final byte[] CLOSE = ascii("--");

  private final Bytes body;
  private final byte[] delimiter;
  private final byte[] window = new byte[WINDOW];

  private MultipartScanner(Bytes body, String boundary) {
    this.body = body;
    this.delimiter = ascii("\r\n--" + boundary);
  }

  /**
   * Reads one body.
   *
   * @param contentType the request's {@code Content-Type}
   * @throws RefusedException when the body is not well-formed or names no model
   */
  static RequestEnvelope scan(Bytes body, String contentType) throws RefusedException {
    String boundary =
        parameter(contentType, "boundary")
            .filter(text -> !text.isEmpty() && text.length() <= MAX_BOUNDARY)
            .orElseThrow(() -> malformed("Content-Type has no usable boundary"));
    return new MultipartScanner(body, boundary).scan();
  }

  private RequestEnvelope scan() throws RefusedException {
    Span model = Span.NONE;
    boolean stream = false;
    // The first delimiter may stand at the very beginning, without a line break before it.
    int position =
        matches(0, delimiter, 2) ? delimiter.length - 2 : indexOf(delimiter, 0) + delimiter.length;
    for (int part = 0; !matches(position, CLOSE, 0); part++) {
      if (part == MAX_PARTS) {
        throw malformed("more than " + MAX_PARTS + " parts");
      }
      int headerEnd = indexOf(HEADER_END, position);
      if (headerEnd - position > MAX_PART_HEADER) {
        throw malformed("the headers of a part are longer than " + MAX_PART_HEADER + " bytes");
      }
      int start = headerEnd + HEADER_END.length;
      // From two bytes earlier: the line break before the delimiter of an empty value is the one
      // that ends the headers.
      int end = Math.max(start, indexOf(delimiter, start - 2));
      String name = fieldName(text(position, headerEnd));
      if (name.equals("model")) {
        if (model.exists()) {
          throw new RefusedException(
              Failure.ofParam(
                  ErrorCode.INVALID_REQUEST, "model", "model: stands twice (expected: once)"));
        }
        model = new Span(start, end);
      } else if (name.equals("stream") && end - start <= MAX_VALUE) {
        stream = text(start, end).trim().equalsIgnoreCase("true");
      }
      position = indexOf(delimiter, start - 2) + delimiter.length;
    }
    return new RequestEnvelope(
        modelName(model),
        model,
        -1,
        stream,
        RequestEnvelope.StreamOptions.ABSENT,
        Optional.empty(),
        -1,
        1,
        RequestEnvelope.Wishes.NONE,
        List.of());
  }

  private String modelName(Span span) throws RefusedException {
    if (!span.exists() || span.start() == span.end()) {
      throw new RefusedException(
          Failure.ofParam(ErrorCode.MODEL_REQUIRED, "model", "model: missing (expected: a name)"));
    }
    if (span.end() - span.start() > MAX_VALUE) {
      throw malformed("model is longer than " + MAX_VALUE + " bytes");
    }
    return text(span.start(), span.end());
  }

  /** The name in a part's {@code Content-Disposition}; empty when there is none. */
  private static String fieldName(String headers) throws RefusedException {
    Optional<String> disposition = Optional.empty();
    for (String line : headers.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
        if (disposition.isPresent()) {
          throw malformed("a part has two Content-Disposition headers");
        }
        disposition = Optional.of(line);
      }
    }
    return disposition.isEmpty() ? "" : parameter(disposition.get(), "name").orElse("");
  }

  /**
   * A parameter of a header value, quoted or not. What parsers read in different ways is refused: a
   * caller must not name one field to us and another one to the engine.
   */
  private static Optional<String> parameter(String header, String name) throws RefusedException {
    Optional<String> found = Optional.empty();
    int at = header.indexOf(';');
    while (at >= 0 && at < header.length()) {
      int equals = header.indexOf('=', at);
      int next = header.indexOf(';', at + 1);
      if (equals < 0 || (next >= 0 && next < equals)) {
        at = next;
        continue;
      }
      String attribute = header.substring(at + 1, equals).trim();
      int start = equals + 1;
      String value;
      if (start < header.length() && header.charAt(start) == '"') {
        int end = header.indexOf('"', start + 1);
        if (end < 0 || header.charAt(end - 1) == '\\') {
          throw malformed("a quoted parameter does not end, or has an escaped quote in it");
        }
        value = header.substring(start + 1, end);
        at = header.indexOf(';', end);
      } else {
        value = header.substring(start, next < 0 ? header.length() : next).trim();
        at = next;
      }
      if (attribute.equalsIgnoreCase(name + "*")
          || (attribute.equalsIgnoreCase(name) && found.isPresent())) {
        throw malformed(name + " stands twice, or in an encoding of its own");
      }
      if (attribute.equalsIgnoreCase(name)) {
        found = Optional.of(value);
      }
    }
    return found;
  }

  private boolean matches(int position, byte[] pattern, int from) {
    int count = pattern.length - from;
    if (position < 0 || position + count > body.length()) {
      return false;
    }
    byte[] found = new byte[count];
    body.get(position, found, 0, count);
    return Arrays.equals(found, 0, count, pattern, from, pattern.length);
  }

  private int indexOf(byte[] pattern, int from) throws RefusedException {
    int position = from;
    while (position + pattern.length <= body.length()) {
      int count = Math.min(window.length, body.length() - position);
      body.get(position, window, 0, count);
      for (int i = 0; i <= count - pattern.length; i++) {
        if (window[i] == pattern[0]
            && Arrays.equals(window, i, i + pattern.length, pattern, 0, pattern.length)) {
          return position + i;
        }
      }
      position += count - pattern.length + 1;
    }
    throw malformed("a boundary or the end of a part's headers is missing");
  }

  private String text(int start, int end) {
    byte[] bytes = new byte[end - start];
    body.get(start, bytes, 0, bytes.length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static RefusedException malformed(String what) {
    return new RefusedException(
        Failure.of(ErrorCode.INVALID_REQUEST, "the multipart body is not well-formed: " + what));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
