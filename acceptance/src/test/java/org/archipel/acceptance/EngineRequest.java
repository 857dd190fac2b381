package org.archipel.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request as an engine reads it: well-formed HTTP/1.1 or an error. Of repeated headers the last
 * one counts; names are in lower case.
 */
final class EngineRequest {
  private static final int MAX_HEAD = 64 * 1024;
  private static final int MAX_BODY = 64 * 1024 * 1024;

  /** The bytes are no request; the message says why. */
  static final class Malformed extends IOException {
    Malformed(String message) {
      super(message);
    }
  }

  private final String method;
  private final String path;
  private final Map<String, String> headers;
  private final byte[] body;

  private EngineRequest(String method, String path, Map<String, String> headers, byte[] body) {
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.body = body;
  }

  String method() {
    return method;
  }

  /** The target without its query. */
  String path() {
    return path;
  }

  /** The value, or the empty string; the name in lower case. */
  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  JsonNode json() throws IOException {
    return WireJson.read(body);
  }

  /** Reads one request; empty when the client closed between two requests. */
  static Optional<EngineRequest> read(InputStream in) throws IOException {
    String requestLine = line(in, true);
    if (requestLine.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = requestLine.split(" ", -1);
    if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
      throw new Malformed("request line of " + parts.length + " words (expected: 3)");
    }
    Map<String, String> headers = new TreeMap<>();
    int total = requestLine.length();
    for (String line = line(in, false); !line.isEmpty(); line = line(in, false)) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new Malformed("header without a name");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      total += line.length();
      if (total > MAX_HEAD) {
        throw new Malformed("head over " + MAX_HEAD + " bytes");
      }
    }
    String path = parts[1].replaceFirst("\\?.*", "");
    return Optional.of(new EngineRequest(parts[0], path, headers, body(in, headers)));
  }

  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return chunked(in);
    }
    int length = number(headers.getOrDefault("content-length", "0"), 10);
    return exactly(in, length);
  }

  private static byte[] chunked(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = number(line(in, false).replaceFirst(";.*", "").strip(), 16);
      if (size == 0) {
        while (!line(in, false).isEmpty()) {
          // Trailers carry nothing that an engine needs.
        }
        return body.toByteArray();
      }
      body.writeBytes(exactly(in, size));
      if (body.size() > MAX_BODY || !line(in, false).isEmpty()) {
        throw new Malformed("chunk of " + size + " bytes does not end where it says");
      }
    }
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("body of " + bytes.length + " bytes (expected: " + length + ")");
    }
    return bytes;
  }

  private static int number(String digits, int radix) throws Malformed {
    try {
      int value = Integer.parseInt(digits, radix);
      if (value >= 0 && value <= MAX_BODY) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    throw new Malformed("length: " + digits + " (expected: 0 to " + MAX_BODY + ")");
  }

  /** A line without its end; an empty one also stands for the end of input, where that may be. */
  private static String line(InputStream in, boolean mayEnd) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        if (mayEnd && line.size() == 0) {
          return "";
        }
        throw new EOFException("closed within a line");
      }
      line.write(b);
      if (line.size() > MAX_HEAD) {
        throw new Malformed("line over " + MAX_HEAD + " bytes");
      }
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
