package org.archipel.federation.adverts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.archipel.ledger.Tariff;
import org.archipel.scheduling.ClassOffer;
import org.archipel.scheduling.PoolOffer;
import org.archipel.scheduling.ServiceClass;

/** Reads the lines that {@link AdvertWriter} writes. They are hostile until they fit. */
final class AdvertReader {
  static final int MOST_MODELS = 500;
  private static final int MOST_ALIASES = 50;
  private static final long MOST_CREDITS = 1_000_000_000_000L;
  private static final long MOST_RATE = 10_000_000;
  private static final long DAY_MILLIS = 86_400_000;
  private static final long DAY_MICROS = DAY_MILLIS * 1000;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:/@+-]{1,200}");
  private static final ServiceClass[] CLASSES = ServiceClass.values();
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(8)
                  .maxStringLength(300)
                  .maxNumberLength(20)
                  .build())
          .build();

  private final JsonParser json;
  private long number = -1;
  private long atMillis = -1;
  private boolean whole;
  private final Map<String, SiteOffer.Model> models = new HashMap<>();
  private final Set<String> gone = new HashSet<>();
  private Optional<List<Tariff>> tariffs = Optional.empty();
  private OptionalInt carbon = OptionalInt.empty();

  private AdvertReader(JsonParser json) {
    this.json = json;
  }

  /**
   * Reads a line.
   *
   * @throws AdvertException when it is no advert
   */
  static Advert read(byte[] line, int length) throws AdvertException {
    try (JsonParser json = JSON.createParser(line, 0, length)) {
      return new AdvertReader(json).advert();
    } catch (IOException e) {
      throw new AdvertException("no JSON, or too deep or long");
    }
  }

  private Advert advert() throws IOException, AdvertException {
    expect(json.nextToken(), JsonToken.START_OBJECT);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "n" -> number = count(Long.MAX_VALUE);
        case "t" -> atMillis = count(Long.MAX_VALUE);
        case "whole" -> whole = json.getBooleanValue();
        case "models" -> models();
        case "gone" -> names(gone, MOST_MODELS);
        case "tariffs" -> tariffs = Optional.of(new TariffReader(json).read());
        case "carbon" -> carbon = OptionalInt.of((int) count(100_000));
        default -> json.skipChildren();
      }
    }
    if (number < 0 || atMillis < 0) {
      throw new AdvertException("n or t is missing");
    }
    return new Advert(number, atMillis, whole, models, gone, tariffs, carbon);
  }

  private void models() throws IOException, AdvertException {
    expect(json.currentToken(), JsonToken.START_OBJECT);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String id = name(json.currentName());
      json.nextToken();
      models.put(id, model());
      if (models.size() > MOST_MODELS) {
        throw new AdvertException("models: too many (expected: at most " + MOST_MODELS + ")");
      }
    }
  }

  private SiteOffer.Model model() throws IOException, AdvertException {
    expect(json.currentToken(), JsonToken.START_OBJECT);
    Set<String> aliases = new HashSet<>();
    long rate = 1;
    long interToken = 0;
    Map<ServiceClass, ClassOffer> classes = new EnumMap<>(ServiceClass.class);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "a" -> names(aliases, MOST_ALIASES);
        case "r" -> rate = Math.max(1, count(MOST_RATE));
        case "i" -> interToken = count(DAY_MICROS) * 1000;
        case "c" -> classes(classes);
        default -> json.skipChildren();
      }
    }
    return new SiteOffer.Model(aliases, new PoolOffer(classes, rate, interToken));
  }

  private void classes(Map<ServiceClass, ClassOffer> classes) throws IOException, AdvertException {
    expect(json.currentToken(), JsonToken.START_ARRAY);
    for (ServiceClass serviceClass : CLASSES) {
      json.nextToken();
      long credits = count(MOST_CREDITS);
      json.nextToken();
      long wait = count(DAY_MILLIS) * 1_000_000;
      if (credits > 0 || wait > 0) {
        classes.put(serviceClass, new ClassOffer(credits, wait));
      }
    }
    expect(json.nextToken(), JsonToken.END_ARRAY);
  }

  private void names(Set<String> names, int most) throws IOException, AdvertException {
    expect(json.currentToken(), JsonToken.START_ARRAY);
    List<String> read = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      read.add(name(json.getText()));
      if (read.size() > most) {
        throw new AdvertException("names: too many (expected: at most " + most + ")");
      }
    }
    names.addAll(read);
  }

  private static String name(String text) throws AdvertException {
    if (!NAME.matcher(text).matches()) {
      throw new AdvertException("a strange name (expected: " + NAME + ")");
    }
    return text;
  }

  private long count(long most) throws IOException, AdvertException {
    return TariffReader.count(json, most);
  }

  private static void expect(JsonToken is, JsonToken due) throws AdvertException {
    TariffReader.expect(is, due);
  }
}
