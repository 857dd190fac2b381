package org.archipel.simulator;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * What goes wrong, or merely otherwise, with one request.
 *
 * <p>Written as in the request header {@code x-simulate}: directives separated by commas.
 *
 * <table>
 * <caption>Directives</caption>
 * <tr><td>{@code status=503}</td><td>answers with this status and an error object</td></tr>
 * <tr><td>{@code retry-after=5}</td><td>adds that header to it</td></tr>
 * <tr><td>{@code first-byte-ms=500}</td><td>waits before anything is sent</td></tr>
 * <tr><td>{@code reset-before-head}</td><td>resets the TCP connection at once</td></tr>
 * <tr><td>{@code never-answer}</td><td>reads the request and stays silent</td></tr>
 * <tr><td>{@code cut-after=5}</td><td>closes the connection after 5 tokens of a stream, or in the
 * middle of a whole body</td></tr>
 * <tr><td>{@code stall-after=5}</td><td>falls silent after 5 tokens, connection open</td></tr>
 * <tr><td>{@code error-event-after=3}</td><td>ends the stream with an error event</td></tr>
 * <tr><td>{@code tokens=200}</td><td>length of the answer</td></tr>
 * <tr><td>{@code itl-ms=20}</td><td>time between two tokens</td></tr>
 * <tr><td>{@code burst=4}</td><td>tokens per write</td></tr>
 * <tr><td>{@code chunk-bytes=250}</td><td>pads each token's event to that size</td></tr>
 * <tr><td>{@code split-events}</td><td>each write ends in the middle of an event</td></tr>
 * <tr><td>{@code no-usage}</td><td>reports no usage at all</td></tr>
 * <tr><td>{@code usage-in-every-chunk}</td><td>reports the usage so far in every chunk</td></tr>
 * <tr><td>{@code no-done}</td><td>leaves out the last {@code data: [DONE]}</td></tr>
 * </table>
 *
 * <p>Immutable.
 */
public final class Faults {
  /** The request header that carries directives. */
  public static final String HEADER = "x-simulate";

  private static final Faults NONE = new Faults(Map.of());
  private static final Set<String> FLAGS =
      Set.of(
          "reset-before-head",
          "never-answer",
          "split-events",
          "no-usage",
          "usage-in-every-chunk",
          "no-done");
  // With the smallest value that makes sense.
  private static final Map<String, Integer> NUMBERS =
      Map.of(
          "status", 400,
          "retry-after", 0,
          "first-byte-ms", 0,
          "cut-after", 0,
          "stall-after", 0,
          "error-event-after", 0,
          "tokens", 0,
          "itl-ms", 0,
          "burst", 1,
          "chunk-bytes", 0);
  private static final int LARGEST = 1_000_000;

  private final Map<String, Integer> directives;

  private Faults(Map<String, Integer> directives) {
    this.directives = Map.copyOf(directives);
  }

  /** Nothing out of the ordinary. */
  public static Faults none() {
    return NONE;
  }

  /**
   * Reads directives.
   *
   * @throws IllegalArgumentException if one is unknown or its value is out of range; a typing error
   *     must not make a test pass
   */
  public static Faults parse(String text) {
    Map<String, Integer> directives = new HashMap<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        String[] pair = part.strip().split("=", 2);
        directives.put(pair[0], value(pair));
      }
    }
    return directives.isEmpty() ? NONE : new Faults(directives);
  }

  private static int value(String[] pair) {
    String name = pair[0];
    if (FLAGS.contains(name) && pair.length == 1) {
      return 1;
    }
    Integer least = NUMBERS.get(name);
    if (least == null || pair.length == 1) {
      Set<String> known = new TreeSet<>(FLAGS);
      NUMBERS.keySet().forEach(number -> known.add(number + "=N"));
      throw new IllegalArgumentException(
          "x-simulate: " + String.join("=", pair) + " (expected: one of " + known + ")");
    }
    int greatest = name.equals("status") ? 599 : LARGEST;
    try {
      int value = Integer.parseInt(pair[1]);
      if (value >= least && value <= greatest) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // told below, together with numbers out of range
    }
    throw new IllegalArgumentException(
        "x-simulate: %s=%s (expected: %d to %d)".formatted(name, pair[1], least, greatest));
  }

  boolean resetBeforeHead() {
    return directives.containsKey("reset-before-head");
  }

  boolean neverAnswer() {
    return directives.containsKey("never-answer");
  }

  boolean splitEvents() {
    return directives.containsKey("split-events");
  }

  boolean noUsage() {
    return directives.containsKey("no-usage");
  }

  boolean usageInEveryChunk() {
    return directives.containsKey("usage-in-every-chunk");
  }

  boolean noDone() {
    return directives.containsKey("no-done");
  }

  OptionalInt status() {
    return number("status");
  }

  OptionalInt retryAfter() {
    return number("retry-after");
  }

  OptionalInt cutAfter() {
    return number("cut-after");
  }

  OptionalInt stallAfter() {
    return number("stall-after");
  }

  OptionalInt errorEventAfter() {
    return number("error-event-after");
  }

  OptionalInt tokens() {
    return number("tokens");
  }

  int burst() {
    return number("burst").orElse(1);
  }

  int chunkBytes() {
    return number("chunk-bytes").orElse(0);
  }

  long firstByteNanos() {
    return TimeUnit.MILLISECONDS.toNanos(number("first-byte-ms").orElse(0));
  }

  OptionalLong interTokenNanos() {
    OptionalInt millis = number("itl-ms");
    return millis.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(TimeUnit.MILLISECONDS.toNanos(millis.getAsInt()));
  }

  private OptionalInt number(String name) {
    Integer value = directives.get(name);
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  @Override
  public String toString() {
    return directives.toString();
  }
}
