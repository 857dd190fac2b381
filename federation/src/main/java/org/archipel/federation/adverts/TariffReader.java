package org.archipel.federation.adverts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.archipel.federation.receipts.TariffBook;
import org.archipel.ledger.Rates;
import org.archipel.ledger.Tariff;
import org.archipel.ledger.TariffSelector;
import org.jspecify.annotations.Nullable;

/** Reads the tariffs of an advert. They are hostile until they fit. */
final class TariffReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:/@+-]{1,200}");
  private static final Pattern CURRENCY = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,15}");

  /** The year 2100: beyond it a time is nonsense, and its microseconds still fit everywhere. */
  private static final long MOST_MICROS = 4_102_444_800_000_000L;

  private final JsonParser json;

  TariffReader(JsonParser json) {
    this.json = json;
  }

  List<Tariff> read() throws IOException, AdvertException {
    expect(json.currentToken(), JsonToken.START_ARRAY);
    List<Tariff> tariffs = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      tariffs.add(tariff());
      if (tariffs.size() > TariffBook.MOST) {
        throw new AdvertException("tariffs: too many (expected: at most " + TariffBook.MOST + ")");
      }
    }
    return tariffs;
  }

  private Tariff tariff() throws IOException, AdvertException {
    expect(json.currentToken(), JsonToken.START_OBJECT);
    Map<String, String> words = new HashMap<>();
    Rates rates = new Rates(0, 0, 0, 0, 0, 0);
    long from = 0;
    Optional<Instant> until = Optional.empty();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "rates" -> rates = rates();
        case "from" -> from = count(json, MOST_MICROS);
        case "until" -> until = Optional.of(instant(count(json, MOST_MICROS)));
        case "id", "model", "owner", "class", "organization", "currency" ->
            words.put(field, json.getText());
        default -> json.skipChildren();
      }
    }
    for (Map.Entry<String, String> word : words.entrySet()) {
      Pattern allowed = word.getKey().equals("currency") ? CURRENCY : NAME;
      if (!allowed.matcher(word.getValue()).matches()) {
        throw new AdvertException(word.getKey() + ": strange (expected: " + allowed + ")");
      }
    }
    TariffSelector applies =
        new TariffSelector(
            named(words, "model"),
            named(words, "owner"),
            named(words, "class"),
            named(words, "organization"),
            Optional.empty());
    return new Tariff(
        required(words, "id"),
        1,
        applies,
        rates,
        required(words, "currency"),
        instant(from),
        until);
  }

  private Rates rates() throws IOException, AdvertException {
    expect(json.currentToken(), JsonToken.START_ARRAY);
    long[] six = new long[6];
    for (int i = 0; i < six.length; i++) {
      json.nextToken();
      six[i] = count(json, Rates.MAX);
    }
    expect(json.nextToken(), JsonToken.END_ARRAY);
    return new Rates(six[0], six[1], six[2], six[3], six[4], six[5]);
  }

  private static Optional<String> named(Map<String, String> words, String name) {
    return Optional.ofNullable(words.get(name));
  }

  private static String required(Map<String, String> words, String name) throws AdvertException {
    return named(words, name).orElseThrow(() -> new AdvertException(name + ": missing"));
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  static long count(JsonParser json, long most) throws IOException, AdvertException {
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw new AdvertException("no whole number (expected: 0 to " + most + ")");
    }
    long count = json.getLongValue();
    if (count < 0 || count > most) {
      throw new AdvertException("a number out of range (expected: 0 to " + most + ")");
    }
    return count;
  }

  static void expect(@Nullable JsonToken is, JsonToken due) throws AdvertException {
    if (is != due) {
      throw new AdvertException("strange form (expected: " + due + ")");
    }
  }
}
