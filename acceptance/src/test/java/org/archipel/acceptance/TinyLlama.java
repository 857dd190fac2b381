package org.archipel.acceptance;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.PoolingType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tiny model, loaded in llama.cpp inside this JVM. May generate on as many threads at a time as
 * it has slots. The caller must have stopped every generation before {@link #close()}.
 *
 * <p>llama.cpp leaves a native thread behind, so a JVM that has used this class ends only through
 * {@link System#exit}; Surefire calls it.
 */
final class TinyLlama implements AutoCloseable {
  static {
    giveLibraryItsOwnFolder();
  }

  /**
   * Half of UTF-8's byte tokens, those of characters of several bytes. The binding holds such a
   * piece back until the character is complete, and a piece would no longer be a token; without
   * them each token is handed over on its own, and counting is exact.
   */
  private static final List<Integer> PARTIAL_CHARACTERS =
      IntStream.rangeClosed(0x80, 0xFF)
          .mapToObj(value -> TinyModel.FIRST_BYTE_TOKEN + value)
          .toList();

  /** How to choose tokens. The same seed gives the same answer to the same prompt. */
  record Sampling(
      int maxTokens,
      float temperature,
      float topP,
      int seed,
      boolean ignoreEnd,
      List<String> stops) {
    Sampling {
      stops = List.copyOf(stops);
    }

    static Sampling of(int maxTokens, int seed) {
      return new Sampling(maxTokens, 0.8f, 0.95f, seed, false, List.of());
    }
  }

  /** Receives the text of each token, in order; may be empty. False stops the generation. */
  @FunctionalInterface
  interface TokenSink {
    boolean token(String text);
  }

  /** Why a generation ended. */
  enum Ending {
    STOP,
    LENGTH,
    CANCELLED
  }

  /** The account of one generation; the end token counts as a completion token. */
  record Account(int promptTokens, int completionTokens, Ending ending) {}

  private final LlamaModel model;

  private TinyLlama(LlamaModel model) {
    this.model = model;
  }

  /** Loads for generation, with a context of {@link TinyModel#CONTEXT} tokens for each slot. */
  static TinyLlama forText(Path file, int slots) {
    return new TinyLlama(new LlamaModel(parameters(file, slots)));
  }

  /** Loads for embeddings: the state after a text's last token (the mean crashes this build). */
  static TinyLlama forEmbeddings(Path file) {
    return new TinyLlama(
        new LlamaModel(parameters(file, 1).enableEmbedding().setPoolingType(PoolingType.LAST)));
  }

  private static ModelParameters parameters(Path file, int slots) {
    // One thread: with two on a machine of two cores llama.cpp is ten times slower.
    return new ModelParameters()
        .setModel(file.toString())
        .setCtxSize(TinyModel.CONTEXT * slots)
        .setParallel(slots)
        .setThreads(1)
        .setThreadsBatch(1)
        .disableContextShift()
        .disableLog();
  }

  /** Tokens that the engine processes for this text; the one that begins it is included. */
  int promptTokens(String text) {
    return model.encode(text).length + 1;
  }

  String textOf(int[] tokens) {
    return model.decode(tokens);
  }

  /** The text that the model's own chat template makes of one user message. */
  String applyTemplate(InferenceParameters messages) {
    return model.applyTemplate(messages);
  }

  float[] embed(String text) {
    return model.embed(text);
  }

  Account generate(String prompt, Sampling sampling, TokenSink sink) {
    int promptTokens = promptTokens(prompt);
    int limit = Math.min(sampling.maxTokens, TinyModel.CONTEXT - promptTokens);
    int tokens = 0;
    LlamaIterator pieces = model.generate(inference(prompt, sampling, limit)).iterator();
    while (pieces.hasNext()) {
      LlamaOutput piece = pieces.next();
      // The last piece closes the answer and is no token.
      boolean token = pieces.hasNext();
      tokens += token ? 1 : 0;
      if ((token || !piece.text.isEmpty()) && !sink.token(piece.text)) {
        if (pieces.hasNext()) {
          pieces.cancel();
        }
        return new Account(promptTokens, tokens, Ending.CANCELLED);
      }
    }
    return new Account(promptTokens, tokens, tokens < limit ? Ending.STOP : Ending.LENGTH);
  }

  private static InferenceParameters inference(String prompt, Sampling sampling, int limit) {
    InferenceParameters parameters =
        new InferenceParameters(prompt)
            .setNPredict(limit)
            .setTemperature(sampling.temperature)
            .setTopP(sampling.topP)
            .setSeed(sampling.seed)
            .setIgnoreEos(sampling.ignoreEnd)
            // With a warm cache the same seed may give another answer.
            .setCachePrompt(false)
            .disableTokenIds(bans(sampling.ignoreEnd));
    if (!sampling.stops.isEmpty()) {
      parameters.setStopStrings(sampling.stops.toArray(String[]::new));
    }
    return parameters;
  }

  /** Ignoring the end is itself a ban in llama.cpp, which a list of others would replace. */
  private static List<Integer> bans(boolean ignoreEnd) {
    if (!ignoreEnd) {
      return PARTIAL_CHARACTERS;
    }
    return IntStream.concat(
            PARTIAL_CHARACTERS.stream().mapToInt(Integer::intValue),
            IntStream.of(TinyModel.END_OF_SEQUENCE))
        .boxed()
        .toList();
  }

  @Override
  public void close() {
    model.close();
  }

  /** The binding unpacks its library under a fixed name, where another JVM would overwrite it. */
  private static void giveLibraryItsOwnFolder() {
    try {
      Path folder = Files.createTempDirectory("archipel-llama-");
      folder.toFile().deleteOnExit();
      folder.resolve(System.mapLibraryName("jllama")).toFile().deleteOnExit();
      System.setProperty("de.kherud.llama.tmpdir", folder.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder for the llama.cpp library", e);
    }
  }
}
