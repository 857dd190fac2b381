package org.archipel.federation.receipts;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.archipel.ledger.Crossing;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;

/** A receipt as a member of a signed batch. What is read is hostile until it fits. */
final class ReceiptForm {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._:/@+-]{1,200}");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
  private static final Pattern CURRENCY = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,15}");

  /** Counts beyond this are nonsense, and their sums stay within a long. */
  private static final long MOST = 1_000_000_000_000L;

  private static final long MOST_MICRO_CURRENCY = 1_000_000_000_000_000L;

  private ReceiptForm() {}

  static Map<String, Object> write(Crossing given) {
    Map<String, Object> form = new LinkedHashMap<>();
    form.put("n", given.sequence());
    form.put("request", given.request());
    form.put("record", given.record().toString());
    form.put("organization", given.organization());
    form.put("model", given.model());
    form.put("class", given.serviceClass());
    form.put("owner", given.owner());
    form.put("outcome", given.outcome().name().toLowerCase(Locale.ROOT));
    UsageRecord.Tokens tokens = given.used().tokens();
    form.put("prompt", tokens.prompt());
    form.put("cached", tokens.cached());
    form.put("completion", tokens.completion());
    form.put("estimated", tokens.estimated());
    form.put("engine_us", given.used().engineMicros());
    form.put("audio_ms", given.used().audioMillis());
    given
        .price()
        .ifPresent(
            price -> {
              form.put("tariff", price.tariff());
              form.put("micro", price.microCurrency());
              form.put("currency", price.currency());
            });
    form.put("started_us", ChronoUnit.MICROS.between(Instant.EPOCH, given.startedAt()));
    form.put("total_us", given.totalMicros());
    return form;
  }

  /**
   * Reads a receipt of a site.
   *
   * @throws ReceiptException when it is none
   */
  static Crossing read(String site, Map<?, ?> form) {
    long prompt = count(form, "prompt", MOST);
    long cached = count(form, "cached", prompt);
    return new Crossing(
        new Crossing.Way(Crossing.Direction.TAKEN, site),
        count(form, "n", Long.MAX_VALUE),
        text(form, "request", ID),
        record(form),
        text(form, "organization", WORD),
        text(form, "model", WORD),
        serviceClass(form),
        form.get("owner") instanceof String owner && owner.isEmpty()
            ? ""
            : text(form, "owner", WORD),
        outcome(form),
        new Crossing.Used(
            new UsageRecord.Tokens(
                prompt,
                cached,
                count(form, "completion", MOST),
                Boolean.TRUE.equals(form.get("estimated"))),
            count(form, "engine_us", MOST),
            count(form, "audio_ms", MOST)),
        price(form),
        Instant.EPOCH.plus(count(form, "started_us", Long.MAX_VALUE / 1000), ChronoUnit.MICROS),
        count(form, "total_us", MOST));
  }

  private static Optional<UsageRecord.Price> price(Map<?, ?> form) {
    return form.containsKey("tariff")
        ? Optional.of(
            new UsageRecord.Price(
                text(form, "tariff", ID),
                count(form, "micro", MOST_MICRO_CURRENCY),
                text(form, "currency", CURRENCY)))
        : Optional.empty();
  }

  private static UUID record(Map<?, ?> form) {
    String text = text(form, "record", ID);
    try {
      UUID id = UUID.fromString(text);
      if (id.toString().equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new ReceiptException("record: " + text + " (expected: a UUID)");
  }

  private static String serviceClass(Map<?, ?> form) {
    String word = text(form, "class", WORD);
    return switch (word) {
      case "interactive", "standard", "batch" -> word;
      default ->
          throw new ReceiptException(
              "class: " + word + " (expected: interactive, standard or batch)");
    };
  }

  private static UsageOutcome outcome(Map<?, ?> form) {
    String word = text(form, "outcome", WORD);
    return switch (word) {
      case "completed" -> UsageOutcome.COMPLETED;
      case "cancelled" -> UsageOutcome.CANCELLED;
      case "failed" -> UsageOutcome.FAILED;
      default ->
          throw new ReceiptException(
              "outcome: " + word + " (expected: completed, cancelled or failed)");
    };
  }

  static String text(Map<?, ?> form, String name, Pattern allowed) {
    if (form.get(name) instanceof String text && allowed.matcher(text).matches()) {
      return text;
    }
    throw new ReceiptException(name + ": missing or strange (expected: " + allowed + ")");
  }

  static long count(Map<?, ?> form, String name, long most) {
    Object value = form.get(name);
    boolean whole = value instanceof Long || value instanceof Integer;
    if (whole && value instanceof Number number) {
      long count = number.longValue();
      if (count >= 0 && count <= most) {
        return count;
      }
    }
    throw new ReceiptException(name + ": missing or strange (expected: 0 to " + most + ")");
  }
}
