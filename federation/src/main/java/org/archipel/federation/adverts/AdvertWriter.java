package org.archipel.federation.adverts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.archipel.ledger.Rates;
import org.archipel.ledger.Tariff;
import org.archipel.scheduling.ClassOffer;
import org.archipel.scheduling.PoolOffer;
import org.archipel.scheduling.ServiceClass;

/** Writes adverts as lines of JSON, short: they are sent to every partner each second. */
final class AdvertWriter {
  private static final JsonFactory JSON = new JsonFactory();
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NANOS_PER_MICRO = 1000;

  private AdvertWriter() {}

  /** The line with its end. */
  static byte[] write(Advert advert) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberField("n", advert.number());
      json.writeNumberField("t", advert.atMillis());
      if (advert.whole()) {
        json.writeBooleanField("whole", true);
      }
      if (!advert.models().isEmpty()) {
        models(json, advert.models());
      }
      if (!advert.gone().isEmpty()) {
        json.writeArrayFieldStart("gone");
        for (String id : advert.gone()) {
          json.writeString(id);
        }
        json.writeEndArray();
      }
      Optional<List<Tariff>> tariffs = advert.tariffs();
      if (tariffs.isPresent()) {
        tariffs(json, tariffs.get());
      }
      if (advert.carbonGramsPerKwh().isPresent()) {
        json.writeNumberField("carbon", advert.carbonGramsPerKwh().getAsInt());
      }
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void models(JsonGenerator json, Map<String, SiteOffer.Model> models)
      throws IOException {
    json.writeObjectFieldStart("models");
    for (Map.Entry<String, SiteOffer.Model> entry : new TreeMap<>(models).entrySet()) {
      json.writeObjectFieldStart(entry.getKey());
      SiteOffer.Model model = entry.getValue();
      if (!model.aliases().isEmpty()) {
        json.writeArrayFieldStart("a");
        for (String alias : model.aliases()) {
          json.writeString(alias);
        }
        json.writeEndArray();
      }
      room(json, model.room());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void room(JsonGenerator json, PoolOffer room) throws IOException {
    json.writeNumberField("r", Math.round(room.prefillTokensPerSecond()));
    json.writeNumberField("i", room.interTokenNanos() / NANOS_PER_MICRO);
    json.writeArrayFieldStart("c");
    for (ServiceClass serviceClass : List.of(ServiceClass.values())) {
      ClassOffer offer = room.of(serviceClass);
      json.writeNumber(offer.credits());
      json.writeNumber(offer.expectedWaitNanos() / NANOS_PER_MILLI);
    }
    json.writeEndArray();
  }

  private static void tariffs(JsonGenerator json, List<Tariff> tariffs) throws IOException {
    json.writeArrayFieldStart("tariffs");
    for (Tariff tariff : tariffs) {
      json.writeStartObject();
      json.writeStringField("id", tariff.id());
      named(json, "model", tariff.applies().model());
      named(json, "owner", tariff.applies().owner());
      named(json, "class", tariff.applies().serviceClass());
      named(json, "organization", tariff.applies().organization());
      Rates rates = tariff.rates();
      json.writeArrayFieldStart("rates");
      json.writeNumber(rates.promptPerMillion());
      json.writeNumber(rates.cachedPerMillion());
      json.writeNumber(rates.completionPerMillion());
      json.writeNumber(rates.perEngineSecond());
      json.writeNumber(rates.perAudioSecond());
      json.writeNumber(rates.perRequest());
      json.writeEndArray();
      json.writeStringField("currency", tariff.currency());
      json.writeNumberField("from", micros(tariff.validFrom()));
      if (tariff.validUntil().isPresent()) {
        json.writeNumberField("until", micros(tariff.validUntil().get()));
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void named(JsonGenerator json, String name, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    }
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
