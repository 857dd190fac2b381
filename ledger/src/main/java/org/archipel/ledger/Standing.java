package org.archipel.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.archipel.ledger.Correction.Difference;

/**
 * A record as its corrections left it: what it consumed, and what it costs by tariff, without
 * amounts that people agreed on. For one thread.
 */
final class Standing {
  private final UsageRecord record;
  private final Map<String, Long> priced = new TreeMap<>();
  private Optional<String> tariff;
  private long prompt;
  private long cached;
  private long completion;

  Standing(UsageRecord record) {
    this.record = record;
    this.tariff = record.price().map(UsageRecord.Price::tariff);
    this.prompt = record.tokens().prompt();
    this.cached = record.tokens().cached();
    this.completion = record.tokens().completion();
    record.price().ifPresent(price -> priced.put(price.currency(), price.microCurrency()));
  }

  /** Takes a row of a correction; they come in the order in which they were made. */
  void apply(ResultSet row) throws SQLException {
    prompt += row.getLong("prompt_tokens");
    cached += row.getLong("cached_tokens");
    completion += row.getLong("completion_tokens");
    if (!row.getString("kind").equals("amount")) {
      priced.merge(row.getString("currency"), row.getLong("micro_currency"), Long::sum);
      tariff = Optional.ofNullable(row.getString("tariff"));
    }
  }

  UsageRecord record() {
    return record;
  }

  /** The tariff that its price is by. */
  Optional<String> tariff() {
    return tariff;
  }

  /** From now on its price is by this tariff. */
  void tariff(Optional<String> other) {
    tariff = other;
  }

  UsageRecord.Tokens tokens() {
    return new UsageRecord.Tokens(prompt, cached, completion, record.tokens().estimated());
  }

  /** What it would consume with a difference; empty when that is less than nothing. */
  Optional<UsageRecord.Tokens> with(Difference more) {
    long newPrompt = prompt + more.prompt();
    long newCached = cached + more.cached();
    long newCompletion = completion + more.completion();
    boolean possible =
        newPrompt >= 0 && newCached >= 0 && newCached <= newPrompt && newCompletion >= 0;
    return possible
        ? Optional.of(new UsageRecord.Tokens(newPrompt, newCached, newCompletion, false))
        : Optional.empty();
  }

  /** What its price is short of by tariff, for each currency in which it is. */
  Map<String, Long> shortOf(Optional<Tariff> right, UsageRecord.Tokens tokens) {
    Map<String, Long> missing = new TreeMap<>();
    priced.forEach((currency, amount) -> missing.put(currency, -amount));
    right
        .map(t -> t.price(record.outcome(), tokens, record.engineMicros(), record.audioMillis()))
        .ifPresent(price -> missing.merge(price.currency(), price.microCurrency(), Long::sum));
    missing.values().removeIf(amount -> amount == 0);
    return missing;
  }
}
