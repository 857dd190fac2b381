package org.archipel.federation.receipts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.YearMonth;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.archipel.ledger.CrossingSums;

/**
 * A month between two sites: what each took from the other. Both make the same text of it, byte by
 * byte, and both sign that text.
 *
 * @param month which, in UTC
 * @param positions of both, by the id of the serving site
 */
record Account(YearMonth month, List<Position> positions) {
  private static final JsonFactory JSON = new JsonFactory();

  Account {
    positions = positions.stream().sorted(Comparator.comparing(Position::serving)).toList();
  }

  /** The canonical text. */
  String text() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("month", month.toString());
      json.writeArrayFieldStart("taken");
      for (Position position : positions) {
        write(json, position);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  static String text(Position position) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(json, position);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Position position) throws IOException {
    json.writeStartObject();
    json.writeStringField("from", position.serving());
    json.writeStringField("by", position.origin());
    json.writeNumberField("after", position.after());
    json.writeNumberField("through", position.through());
    numbers(json, "disputed", position.disputed());
    numbers(json, "carried", position.carried());
    json.writeArrayFieldStart("sums");
    for (CrossingSums sums : position.sums()) {
      json.writeStartObject();
      json.writeStringField("currency", sums.currency());
      json.writeNumberField("requests", sums.requests());
      json.writeNumberField("prompt_tokens", sums.promptTokens());
      json.writeNumberField("cached_tokens", sums.cachedTokens());
      json.writeNumberField("completion_tokens", sums.completionTokens());
      json.writeNumberField("engine_micros", sums.engineMicros());
      json.writeNumberField("micro_currency", sums.microCurrency());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void numbers(JsonGenerator json, String name, List<Long> numbers)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (long number : numbers) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }

  /** The SHA-256 of a text, in hexadecimal. */
  static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
