package org.archipel.relay;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/**
 * Gives the caller of {@code /v1/embeddings} the encoding that was asked for when the engine
 * ignored it: base64 of little-endian 32-bit floats, or a list of numbers. SDKs ask for base64 by
 * default and decode what they get without looking, so that an engine's list becomes silent
 * nonsense.
 */
final class EmbeddingsEncoding {
  private EmbeddingsEncoding() {}

  /** Whether an answer has embeddings in the other encoding than the wanted one. */
  static boolean differs(byte[] answer, boolean wantsBase64) throws IOException {
    try (JsonParser parser = Json.FACTORY.createParser(answer)) {
      JsonToken token;
      while ((token = parser.nextToken()) != null) {
        if (token == JsonToken.FIELD_NAME && parser.currentName().equals("embedding")) {
          JsonToken value = parser.nextToken();
          return wantsBase64 ? value == JsonToken.START_ARRAY : value == JsonToken.VALUE_STRING;
        }
      }
    }
    return false;
  }

  /**
   * The answer with every embedding in the wanted encoding, everything else as it was.
   *
   * @throws IOException when the answer is not what an embeddings answer looks like
   */
  static byte[] convert(byte[] answer, boolean toBase64) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(answer.length);
    try (JsonParser parser = Json.FACTORY.createParser(answer);
        JsonGenerator generator = Json.FACTORY.createGenerator(out)) {
      JsonToken token;
      while ((token = parser.nextToken()) != null) {
        generator.copyCurrentEvent(parser);
        if (token == JsonToken.FIELD_NAME && parser.currentName().equals("embedding")) {
          JsonToken value = parser.nextToken();
          if (toBase64 && value == JsonToken.START_ARRAY) {
            writeBase64(parser, generator);
          } else if (!toBase64 && value == JsonToken.VALUE_STRING) {
            writeFloats(parser, generator);
          } else {
            generator.copyCurrentStructure(parser);
          }
        }
      }
    }
    return out.toByteArray();
  }

  private static void writeBase64(JsonParser parser, JsonGenerator generator) throws IOException {
    ByteBuffer floats = ByteBuffer.allocate(4 * 1024).order(ByteOrder.LITTLE_ENDIAN);
    JsonToken token;
    while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
      if (token == null || !token.isNumeric()) {
        throw new IOException("an embedding is not a list of numbers");
      }
      if (!floats.hasRemaining()) {
        ByteBuffer larger = ByteBuffer.allocate(2 * floats.capacity());
        floats = larger.order(ByteOrder.LITTLE_ENDIAN).put(floats.flip());
      }
      floats.putFloat(parser.getFloatValue());
    }
    floats.flip();
    byte[] bytes = new byte[floats.remaining()];
    floats.get(bytes);
    generator.writeString(Base64.getEncoder().encodeToString(bytes));
  }

  private static void writeFloats(JsonParser parser, JsonGenerator generator) throws IOException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(parser.getText());
    } catch (IllegalArgumentException e) {
      throw new IOException("an embedding is not base64", e);
    }
    if (bytes.length % 4 != 0) {
      throw new IOException("an embedding is not a row of 32-bit floats");
    }
    ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    generator.writeStartArray();
    while (floats.remaining() >= 4) {
      generator.writeNumber(floats.getFloat());
    }
    generator.writeEndArray();
  }
}
