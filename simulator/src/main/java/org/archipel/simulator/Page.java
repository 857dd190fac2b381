package org.archipel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An answer that costs no inference. */
final class Page {
  final int status;
  final String type;
  private final byte[] body;

  private Page(int status, String type, byte[] body) {
    this.status = status;
    this.type = type;
    this.body = body;
  }

  static Page json(int status, JsonNode body) {
    return new Page(status, "application/json", Wire.bytes(body));
  }

  static Page json(JsonNode body) {
    return json(200, body);
  }

  /** A body that is JSON already. */
  static Page rawJson(String body) {
    return new Page(200, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  static Page text(int status, String body) {
    return new Page(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
  }

  static Page metrics(String body) {
    String type = "text/plain; version=0.0.4; charset=utf-8";
    return new Page(200, type, body.getBytes(StandardCharsets.UTF_8));
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  byte[] body() {
    return Arrays.copyOf(body, body.length);
  }
}
