package org.archipel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/** An answer that is never streamed: embeddings, scores, sound, pictures. */
final class WholeBody implements AnswerFormat {
  private final String type;
  private final byte[] body;

  WholeBody(String type, byte[] body) {
    this.type = type;
    this.body = Arrays.copyOf(body, body.length);
  }

  static WholeBody json(JsonNode body) {
    return new WholeBody("application/json", Wire.bytes(body));
  }

  @Override
  public int tokens() {
    return 0;
  }

  @Override
  public String wholeType() {
    return type;
  }

  @Override
  public byte[] whole() {
    return body;
  }
}
