package org.archipel.acceptance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A request in parts that can be exchanged one by one, also for parts that no server may accept.
 */
final class RawRequest {
  private static final String CRLF = "\r\n";

  private final String requestLine;
  private final List<String> headers;
  private final byte[] body;

  private RawRequest(String requestLine, List<String> headers, byte[] body) {
    this.requestLine = requestLine;
    this.headers = List.copyOf(headers);
    this.body = body.clone();
  }

  /** A correct request without its content length, which {@link #withLength()} adds. */
  static RawRequest of(String method, String target, String contentType, byte[] body) {
    List<String> headers = new ArrayList<>(List.of("Host: site.example", "Accept: */*"));
    if (!contentType.isEmpty()) {
      headers.add("Content-Type: " + contentType);
    }
    return new RawRequest(method + " " + target + " HTTP/1.1", headers, body);
  }

  RawRequest withRequestLine(String line) {
    return new RawRequest(line, headers, body);
  }

  RawRequest withMethod(String method) {
    return withRequestLine(method + requestLine.substring(requestLine.indexOf(' ')));
  }

  RawRequest withTarget(String target) {
    String[] words = requestLine.split(" ", -1);
    return withRequestLine(words[0] + " " + target + " " + words[words.length - 1]);
  }

  RawRequest withVersion(String version) {
    return withRequestLine(requestLine.substring(0, requestLine.lastIndexOf(' ') + 1) + version);
  }

  /** Adds header lines as they are, whatever they look like. */
  RawRequest with(String... lines) {
    return new RawRequest(
        requestLine, Stream.concat(headers.stream(), Stream.of(lines)).toList(), body);
  }

  RawRequest without(String name) {
    String start = name.toLowerCase(Locale.ROOT) + ":";
    return new RawRequest(
        requestLine,
        headers.stream().filter(line -> !line.toLowerCase(Locale.ROOT).startsWith(start)).toList(),
        body);
  }

  /** The line of this name, or one that says nothing. */
  String header(String name) {
    String start = name.toLowerCase(Locale.ROOT) + ":";
    return headers.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
        .findFirst()
        .orElse("Accept: */*");
  }

  RawRequest withBody(byte[] other) {
    return new RawRequest(requestLine, headers, other);
  }

  RawRequest withBody(String other) {
    return withBody(other.getBytes(StandardCharsets.UTF_8));
  }

  RawRequest withLength() {
    return body.length == 0 ? this : with("Content-Length: " + body.length);
  }

  String target() {
    return requestLine.split(" ", -1)[1];
  }

  byte[] body() {
    return body.clone();
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  boolean hasBody() {
    return body.length > 0;
  }

  /** Text is written as ISO 8859-1, so that a test may put any byte there. */
  byte[] head() {
    return head(CRLF);
  }

  byte[] head(String lineEnd) {
    StringBuilder head = new StringBuilder(requestLine).append(lineEnd);
    headers.forEach(line -> head.append(line).append(lineEnd));
    return head.append(lineEnd).toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  byte[] bytes() {
    return join(head(), body);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
