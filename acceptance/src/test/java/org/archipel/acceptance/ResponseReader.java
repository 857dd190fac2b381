package org.archipel.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads answers by the letter of RFC 9112, forgiving nothing: what a lenient client would repair is
 * a {@link FramingError} here. Not thread-safe.
 */
final class ResponseReader {
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d) ?[^\r]*");
  private static final Pattern HEADER =
      Pattern.compile("([!#$%&'*+\\-.^_`|~0-9A-Za-z]+):[ \t]*([\\x20-\\x7e\\x80-\\xff\t]*?)[ \t]*");
  private static final Pattern CHUNK_SIZE = Pattern.compile("([0-9a-fA-F]{1,15})(;.*)?");
  private static final int MAX_LINE = 64 * 1024;

  private final InputStream in;

  ResponseReader(InputStream in) {
    this.in = in;
  }

  /** Reads a whole answer; informational ones (1xx) before it are skipped. */
  RawResponse response(boolean toHead) throws IOException {
    RawResponse.Head head = head(toHead);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int chunks = 0;
    switch (head.framing()) {
      case NO_BODY -> {}
      case CONTENT_LENGTH -> body.write(exactly(Math.toIntExact(head.contentLength())));
      case UNTIL_CLOSE -> in.transferTo(body);
      case CHUNKED -> {
        for (Optional<byte[]> chunk = chunk(); chunk.isPresent(); chunk = chunk()) {
          body.write(chunk.get());
          chunks++;
        }
      }
    }
    return new RawResponse(head, body.toByteArray(), chunks);
  }

  /** Reads a head, and leaves the body to the caller. */
  RawResponse.Head head(boolean toHead) throws IOException {
    while (true) {
      String line = line();
      Matcher status = STATUS_LINE.matcher(line);
      if (!status.matches()) {
        throw new FramingError("status line: " + shown(line) + " (expected: HTTP/1.1 NNN reason)");
      }
      int code = Integer.parseInt(status.group(1));
      List<RawResponse.Header> headers = headers();
      if (code >= 200) {
        return framed(code, headers, toHead);
      }
    }
  }

  private List<RawResponse.Header> headers() throws IOException {
    List<RawResponse.Header> headers = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      Matcher header = HEADER.matcher(line);
      if (!header.matches()) {
        throw new FramingError("header: " + shown(line) + " (expected: name: value)");
      }
      headers.add(new RawResponse.Header(header.group(1), header.group(2)));
    }
    return headers;
  }

  private static RawResponse.Head framed(
      int status, List<RawResponse.Header> headers, boolean toHead) throws FramingError {
    List<String> lengths = values(headers, "content-length");
    List<String> encodings = values(headers, "transfer-encoding");
    if (lengths.size() + encodings.size() > 1) {
      throw new FramingError(
          "content-length: %s with transfer-encoding: %s (expected: one of them, once)"
              .formatted(lengths, encodings));
    }
    if (!encodings.isEmpty() && !encodings.getFirst().equalsIgnoreCase("chunked")) {
      throw new FramingError("transfer-encoding: " + encodings + " (expected: chunked)");
    }
    long length = lengths.isEmpty() ? -1 : length(lengths.getFirst());
    RawResponse.Framing framing = RawResponse.Framing.UNTIL_CLOSE;
    if (toHead || status == 204 || status == 304) {
      framing = RawResponse.Framing.NO_BODY;
    } else if (!encodings.isEmpty()) {
      framing = RawResponse.Framing.CHUNKED;
    } else if (length >= 0) {
      framing = RawResponse.Framing.CONTENT_LENGTH;
    }
    return new RawResponse.Head(status, headers, framing, length);
  }

  private static long length(String value) throws FramingError {
    if (!value.matches("\\d{1,10}")) {
      throw new FramingError("content-length: " + shown(value) + " (expected: digits)");
    }
    return Long.parseLong(value);
  }

  private static List<String> values(List<RawResponse.Header> headers, String name) {
    return headers.stream()
        .filter(header -> header.name().toLowerCase(Locale.ROOT).equals(name))
        .map(RawResponse.Header::value)
        .toList();
  }

  /** Reads the next chunk of a chunked body; empty after the last one and its trailers. */
  Optional<byte[]> chunk() throws IOException {
    String line = line();
    Matcher size = CHUNK_SIZE.matcher(line);
    if (!size.matches()) {
      throw new FramingError("chunk size: " + shown(line) + " (expected: hexadecimal)");
    }
    int length = Math.toIntExact(Long.parseLong(size.group(1), 16));
    if (length == 0) {
      headers();
      return Optional.empty();
    }
    byte[] data = exactly(length);
    String end = line();
    if (!end.isEmpty()) {
      throw new FramingError("after a chunk of %d bytes: %s".formatted(length, shown(end)));
    }
    return Optional.of(data);
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new FramingError(
          "closed after %d bytes of a body (expected: %d)".formatted(bytes.length, length));
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        if (line.size() == 0) {
          throw new EOFException("closed instead of a line");
        }
        throw new FramingError(
            "closed within a line: " + shown(line.toString(StandardCharsets.ISO_8859_1)));
      }
      line.write(b);
      if (line.size() > MAX_LINE) {
        throw new FramingError("line over " + MAX_LINE + " bytes");
      }
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    if (!text.endsWith("\r")) {
      throw new FramingError("line without CR: " + shown(text));
    }
    return text.substring(0, text.length() - 1);
  }

  private static String shown(String text) {
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }
}
