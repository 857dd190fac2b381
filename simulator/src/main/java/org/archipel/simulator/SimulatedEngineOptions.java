package org.archipel.simulator;

import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How a simulated engine is to be. Immutable: each {@code with} method gives a changed copy.
 *
 * <p>Default: one chat model named {@code simulated}, without delays, presented as vLLM on a free
 * port of the loopback interface.
 */
public final class SimulatedEngineOptions {
  private String host = "127.0.0.1";
  private int port;
  private int threads = 1;
  private List<SimulatedModel> models = List.of(SimulatedModel.chat("simulated"));
  private EngineFlavour flavour = EngineFlavour.VLLM;
  private Set<EngineQuirk> quirks = Set.of();
  private EngineTiming timing = FixedTiming.NONE;
  private double delayScale = 1.0;
  private int maxConcurrency = 256;
  private OptionalInt kvTokens = OptionalInt.empty();
  private int answerTokens = 60;
  private int longestAnswer = 4096;
  private int embeddingDimensions = 384;
  private boolean rememberRequests;
  private Optional<String> apiKey = Optional.empty();
  private long seed = 1;
  private Clock clock = Clock.systemUTC();

  /** The defaults. */
  public SimulatedEngineOptions() {}

  private SimulatedEngineOptions(SimulatedEngineOptions from) {
    this.host = from.host;
    this.port = from.port;
    this.threads = from.threads;
    this.models = from.models;
    this.flavour = from.flavour;
    this.quirks = from.quirks;
    this.timing = from.timing;
    this.delayScale = from.delayScale;
    this.maxConcurrency = from.maxConcurrency;
    this.kvTokens = from.kvTokens;
    this.answerTokens = from.answerTokens;
    this.longestAnswer = from.longestAnswer;
    this.embeddingDimensions = from.embeddingDimensions;
    this.rememberRequests = from.rememberRequests;
    this.apiKey = from.apiKey;
    this.seed = from.seed;
    this.clock = from.clock;
  }

  /** Address to listen on; default 127.0.0.1. */
  public SimulatedEngineOptions withHost(String value) {
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.host = value;
    return copy;
  }

  /** Port to listen on; 0, the default, for any free one. */
  public SimulatedEngineOptions withPort(int value) {
    require(value >= 0 && value <= 65_535, "port", value, "0 to 65535");
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.port = value;
    return copy;
  }

  /** Event loops; default 1, which carries about 20,000 small answers a second. */
  public SimulatedEngineOptions withThreads(int value) {
    require(value >= 1, "threads", value, ">= 1");
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.threads = value;
    return copy;
  }

  /** The models served, at least one, each name once. */
  public SimulatedEngineOptions withModels(SimulatedModel... value) {
    List<SimulatedModel> list = List.of(value);
    long names = list.stream().map(SimulatedModel::name).distinct().count();
    require(!list.isEmpty() && names == list.size(), "models", list, "one or more, unique names");
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.models = list;
    return copy;
  }

  /** Which server it presents itself as; default vLLM. */
  public SimulatedEngineOptions withFlavour(EngineFlavour value) {
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.flavour = value;
    return copy;
  }

  /** Its quirks; default none. */
  public SimulatedEngineOptions withQuirks(EngineQuirk... value) {
    EnumSet<EngineQuirk> set = EnumSet.noneOf(EngineQuirk.class);
    set.addAll(List.of(value));
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.quirks = Set.copyOf(set);
    return copy;
  }

  /** How long it takes; default no delay. */
  public SimulatedEngineOptions withTiming(EngineTiming value) {
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.timing = value;
    return copy;
  }

  /** Factor on all delays of the timing: 1.0, the default, is real time, 0.1 ten times faster. */
  public SimulatedEngineOptions withDelayScale(double value) {
    require(value >= 0 && value <= 1000, "delay_scale", value, "0 to 1000");
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.delayScale = value;
    return copy;
  }

  /** Requests that run at once; more of them wait inside the engine. Default 256. */
  public SimulatedEngineOptions withMaxConcurrency(int value) {
    require(value >= 1, "max_concurrency", value, ">= 1");
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.maxConcurrency = value;
    return copy;
  }

  /**
   * Tokens that its KV cache holds: requests that find no room for theirs wait inside the engine.
   * Default: it says a million, and admits whatever its concurrency allows.
   */
  public SimulatedEngineOptions withKvTokens(int value) {
    require(value >= 16, "kv_tokens", value, ">= 16");
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.kvTokens = OptionalInt.of(value);
    return copy;
  }

  /**
   * Lengths of answers in tokens.
   *
   * @param usual about how long an answer is when the request sets no limit; default 60
   * @param longest a limit up to this one is used up, as benchmarks want it; above it, as in the
   *     requests of coding assistants, the answer has its usual length. Default 4096
   */
  public SimulatedEngineOptions withAnswerTokens(int usual, int longest) {
    require(usual >= 1, "answer_tokens", usual, ">= 1");
    require(longest >= 0 && longest <= 1_000_000, "longest_answer", longest, "0 to 1000000");
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.answerTokens = usual;
    copy.longestAnswer = longest;
    return copy;
  }

  /** Numbers per embedding unless the request sets {@code dimensions}; default 384. */
  public SimulatedEngineOptions withEmbeddingDimensions(int value) {
    require(value >= 1 && value <= 8192, "embedding_dimensions", value, "1 to 8192");
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.embeddingDimensions = value;
    return copy;
  }

  /** Keeps what was served per {@code x-request-id}, without limit; default no. */
  public SimulatedEngineOptions withRememberedRequests() {
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.rememberRequests = true;
    return copy;
  }

  /** Requires {@code Authorization: Bearer} with this key on {@code /v1} routes; default none. */
  public SimulatedEngineOptions withApiKey(String value) {
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.apiKey = Optional.of(value);
    return copy;
  }

  /** Decides the identifiers in answers; default 1. */
  public SimulatedEngineOptions withSeed(long value) {
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.seed = value;
    return copy;
  }

  /** Where {@code created} comes from; default the system's clock. */
  public SimulatedEngineOptions withClock(Clock value) {
    SimulatedEngineOptions copy = new SimulatedEngineOptions(this);
    copy.clock = value;
    return copy;
  }

  public String host() {
    return host;
  }

  public int port() {
    return port;
  }

  public int threads() {
    return threads;
  }

  public List<SimulatedModel> models() {
    return models;
  }

  public EngineFlavour flavour() {
    return flavour;
  }

  public Set<EngineQuirk> quirks() {
    return quirks;
  }

  public EngineTiming timing() {
    return timing;
  }

  public double delayScale() {
    return delayScale;
  }

  public int maxConcurrency() {
    return maxConcurrency;
  }

  public OptionalInt kvTokens() {
    return kvTokens;
  }

  public int answerTokens() {
    return answerTokens;
  }

  public int longestAnswer() {
    return longestAnswer;
  }

  public int embeddingDimensions() {
    return embeddingDimensions;
  }

  public boolean rememberRequests() {
    return rememberRequests;
  }

  Optional<String> apiKey() {
    return apiKey;
  }

  public long seed() {
    return seed;
  }

  public Clock clock() {
    return clock;
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }

  @Override
  public String toString() {
    return "SimulatedEngineOptions[" + flavour.word() + ", " + host + ":" + port + "]";
  }
}
