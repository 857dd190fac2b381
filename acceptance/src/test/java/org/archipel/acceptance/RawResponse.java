package org.archipel.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * An answer as it was on the wire: headers in their order and spelling, the body without framing.
 */
final class RawResponse {
  /** How the end of a body is known. */
  enum Framing {
    NO_BODY,
    CONTENT_LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  record Header(String name, String value) {}

  record Head(int status, List<Header> headers, Framing framing, long contentLength) {
    Head {
      headers = List.copyOf(headers);
    }

    Optional<String> header(String name) {
      return headers.stream()
          .filter(header -> header.name.equalsIgnoreCase(name))
          .map(Header::value)
          .findFirst();
    }
  }

  private final Head head;
  private final byte[] body;
  private final int chunks;

  RawResponse(Head head, byte[] body, int chunks) {
    this.head = head;
    this.body = body;
    this.chunks = chunks;
  }

  int status() {
    return head.status;
  }

  Head head() {
    return head;
  }

  Optional<String> header(String name) {
    return head.header(name);
  }

  byte[] body() {
    return body.clone();
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  JsonNode json() {
    return WireJson.read(text());
  }

  /** Chunks that carried data; 0 when the body was not chunked. */
  int chunks() {
    return chunks;
  }

  @Override
  public String toString() {
    return "%d %s, %d bytes".formatted(status(), head.framing, body.length);
  }
}
