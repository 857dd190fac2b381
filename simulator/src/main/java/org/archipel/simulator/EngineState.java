package org.archipel.simulator;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** What all connections of one engine share. All methods may be called from any thread. */
final class EngineState {
  final SimulatedEngineOptions options;
  final Batch batch;
  final CounterBoard counters;
  final PrefixCache prefixes = new PrefixCache();
  final FaultQueue faults = new FaultQueue();
  final AtomicBoolean healthy = new AtomicBoolean(true);
  private final AtomicLong sequence = new AtomicLong();

  /** Tokens of KV cache that an engine says it has when it is given none. */
  private static final int USUAL_KV_TOKENS = 1_000_000;

  EngineState(SimulatedEngineOptions options) {
    this.options = options;
    this.batch =
        new Batch(
            options.maxConcurrency(),
            options.kvTokens().orElse(Integer.MAX_VALUE),
            options.timing().prefillsInTurn());
    this.counters = new CounterBoard(options.rememberRequests());
  }

  /** The model of that name; Ollama knows {@code x} and {@code x:latest} as one. */
  Optional<SimulatedModel> model(String name) {
    boolean tagged = options.flavour() == EngineFlavour.OLLAMA && name.endsWith(":latest");
    String plain = tagged ? name.substring(0, name.length() - ":latest".length()) : name;
    for (SimulatedModel model : options.models()) {
      if (model.name().equals(name) || model.name().equals(plain)) {
        return Optional.of(model);
      }
    }
    return Optional.empty();
  }

  /** Tokens that its KV cache holds. */
  int kvTokens() {
    return options.kvTokens().orElse(USUAL_KV_TOKENS);
  }

  /** The share of its KV cache in use, 0 to 1. */
  double kvUsage() {
    return Math.min(1.0, batch.contextTokens() / (double) kvTokens());
  }

  boolean has(EngineQuirk quirk) {
    return options.quirks().contains(quirk);
  }

  EngineFlavour flavour() {
    return options.flavour();
  }

  /** 32 hexadecimal digits, other ones each time, the same ones for the same seed. */
  String nextId() {
    long step = sequence.incrementAndGet();
    return hex(mix(options.seed() + step)) + hex(mix(options.seed() * 31 - step));
  }

  long nowSeconds() {
    return options.clock().instant().getEpochSecond();
  }

  private static String hex(long value) {
    String digits = Long.toHexString(value);
    return "0".repeat(16 - digits.length()) + digits;
  }

  // The finalizer of SplitMix64: neighbouring numbers give unrelated ones.
  static long mix(long value) {
    long z = value * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
