package org.archipel.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one organization consumed and contributed in a month (UTC) at one site. All amounts are
 * millionths of the currency beside them; tokens of prompts include cached ones.
 *
 * @param format of this document: {@value #FORMAT}
 * @param issuer who states it
 * @param organization whose statement it is
 * @param month as {@code 2026-11}
 * @param closing that it was closed; empty for a draft
 * @param consumed what the organization consumed, on its own engines too
 * @param contributed what others consumed on the organization's engines
 * @param corrections what was changed afterwards; contained in the lines above
 * @param volume the sums of the lines
 * @param balances the amounts, one for each currency
 */
public record Statement(
    int format,
    Issuer issuer,
    StatementParty organization,
    String month,
    Optional<Closing> closing,
    List<Line> consumed,
    List<Line> contributed,
    List<CorrectionLine> corrections,
    Volumes volume,
    List<Balance> balances) {
  /** The format of documents that are made now. */
  public static final int FORMAT = 1;

  public Statement {
    consumed = List.copyOf(consumed);
    contributed = List.copyOf(contributed);
    corrections = List.copyOf(corrections);
    balances = List.copyOf(balances);
  }

  /** The same, closed. */
  Statement closed(Closing as) {
    return new Statement(
        format,
        issuer,
        organization,
        month,
        Optional.of(as),
        consumed,
        contributed,
        corrections,
        volume,
        balances);
  }

  /**
   * Who states.
   *
   * @param site the site's id
   * @param name the site's name for people
   * @param organization who runs the site
   */
  public record Issuer(String site, String name, StatementParty organization) {}

  /**
   * That a statement is final.
   *
   * @param number in sequence at the site, from 1, without gaps
   * @param closedAt when
   * @param previous the SHA-256 of the statement numbered before, in hexadecimal; 64 zeros for the
   *     first
   */
  public record Closing(long number, Instant closedAt, String previous) {}

  /**
   * What was used.
   *
   * @param requests how many
   * @param promptTokens tokens of prompts, cached ones included
   * @param cachedTokens tokens of prompts that engines had cached
   * @param completionTokens tokens produced
   * @param engineMicros microseconds on engines
   * @param audioMillis milliseconds of audio
   */
  public record Volume(
      long requests,
      long promptTokens,
      long cachedTokens,
      long completionTokens,
      long engineMicros,
      long audioMillis) {
    /** Nothing. */
    public static final Volume NONE = new Volume(0, 0, 0, 0, 0, 0);

    Volume plus(Volume other) {
      return new Volume(
          Math.addExact(requests, other.requests),
          Math.addExact(promptTokens, other.promptTokens),
          Math.addExact(cachedTokens, other.cachedTokens),
          Math.addExact(completionTokens, other.completionTokens),
          Math.addExact(engineMicros, other.engineMicros),
          Math.addExact(audioMillis, other.audioMillis));
    }

    Volume minus(Volume other) {
      return plus(
          new Volume(
              -other.requests,
              -other.promptTokens,
              -other.cachedTokens,
              -other.completionTokens,
              -other.engineMicros,
              -other.audioMillis));
    }

    /** Whether nothing was used. */
    public boolean nothing() {
      return equals(NONE);
    }
  }

  /**
   * What was used of one sort.
   *
   * @param party the engines' owner where the organization consumed, empty when no engine was
   *     reached; the consumer where it contributed
   * @param site the other site that served it, or that it came from; empty when it is this one
   * @param model the model's id
   * @param serviceClass {@code interactive}, {@code standard}, {@code batch}, or empty
   * @param currency of the amount; empty when nothing was priced
   * @param used how much
   * @param microCurrency what it costs
   */
  public record Line(
      String party,
      String site,
      String model,
      String serviceClass,
      String currency,
      Volume used,
      long microCurrency) {}

  /**
   * What corrections with the same reason changed.
   *
   * @param kind {@code tokens}, {@code repricing} or {@code amount}; {@code other} where there are
   *     too many sorts to name each
   * @param reason as who corrected gave it
   * @param consumer whose records were corrected
   * @param owner of the engines, empty when none was reached
   * @param model the model's id
   * @param currency of the amount; empty when the price stayed
   * @param count how many corrections
   * @param record the record's id when it is one correction
   * @param promptTokens the difference
   * @param cachedTokens the difference
   * @param completionTokens the difference
   * @param microCurrency the difference
   */
  public record CorrectionLine(
      String kind,
      String reason,
      String consumer,
      String owner,
      String model,
      String currency,
      long count,
      Optional<String> record,
      long promptTokens,
      long cachedTokens,
      long completionTokens,
      long microCurrency) {}

  /**
   * The sums of the lines.
   *
   * @param consumed all that the organization consumed
   * @param ownUse of that, on its own engines
   * @param contributed what others consumed on its engines
   * @param net contributed less consumed on engines of others
   */
  public record Volumes(Volume consumed, Volume ownUse, Volume contributed, Volume net) {}

  /**
   * The amounts of one currency.
   *
   * @param consumed what all that the organization consumed costs
   * @param ownUse of that, on its own engines: it owes that to itself
   * @param contributed what others' use of its engines costs
   * @param net contributed less consumed on engines of others: positive when it is to receive
   */
  public record Balance(String currency, long consumed, long ownUse, long contributed, long net) {}
}
