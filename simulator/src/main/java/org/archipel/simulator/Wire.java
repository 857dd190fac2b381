package org.archipel.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** JSON on the wire. */
final class Wire {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final JsonMapper ASCII =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private Wire() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The object in a request's body. */
  static JsonNode read(ByteBuf body) {
    if (!body.isReadable()) {
      throw ApiError.badRequest("[{'type': 'missing', 'loc': ('body',), 'msg': 'Field required'}]");
    }
    try (InputStream in = new ByteBufInputStream(body.duplicate())) {
      JsonNode node = MAPPER.readTree(in);
      if (node != null && node.isObject()) {
        return node;
      }
      throw ApiError.badRequest("body: not a JSON object (expected: an object)");
    } catch (JsonProcessingException broken) {
      long offset = broken.getLocation() == null ? 0 : broken.getLocation().getByteOffset();
      throw ApiError.badRequest(
          "[{'type': 'json_invalid', 'loc': ('body', "
              + offset
              + "), 'msg': 'JSON decode error'}]");
    } catch (IOException broken) {
      throw ApiError.badRequest("body: unreadable (expected: JSON in UTF-8)");
    }
  }

  static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("cannot write a tree as JSON", impossible);
    }
  }

  /** Compact JSON of ASCII characters, so that it can be cut anywhere. */
  static String ascii(JsonNode node) {
    try {
      return ASCII.writeValueAsString(node);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("cannot write a tree as JSON", impossible);
    }
  }

  /** The text as the inside of a JSON string, in UTF-8. */
  static byte[] escaped(CharSequence text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    JsonStringEncoder.getInstance().quoteAsString(text, out);
    return utf8(out);
  }

  static byte[] utf8(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** One server-sent event without a name. */
  static void event(ByteBuf out, JsonNode data) {
    out.writeBytes(DATA).writeBytes(bytes(data)).writeBytes(END);
  }

  /** One server-sent event with a name. */
  static void event(ByteBuf out, String name, JsonNode data) {
    out.writeCharSequence("event: " + name + "\n", StandardCharsets.UTF_8);
    event(out, data);
  }

  static final String DONE = "data: [DONE]\n\n";
  private static final byte[] DATA = utf8("data: ");
  private static final byte[] END = utf8("\n\n");

  /** The error object of vLLM: OpenAI's four keys, but an integer code. */
  static ObjectNode error(int status, String type, String message) {
    ObjectNode body = object();
    body.putObject("error")
        .put("message", message)
        .put("type", type)
        .putNull("param")
        .put("code", status);
    return body;
  }

  /** Anthropic's error object. */
  static ObjectNode anthropicError(int status, String message) {
    String type =
        switch (status) {
          case 400, 422 -> "invalid_request_error";
          case 401 -> "authentication_error";
          case 403 -> "permission_error";
          case 404 -> "not_found_error";
          case 413 -> "request_too_large";
          case 429 -> "rate_limit_error";
          case 503, 529 -> "overloaded_error";
          default -> "api_error";
        };
    ObjectNode body = object().put("type", "error");
    body.putObject("error").put("type", type).put("message", message);
    return body;
  }
}
