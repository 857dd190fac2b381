package org.archipel.acceptance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes a tiny language model with random weights in the GGUF format: 544,224 bytes, always the
 * same ones. It speaks gibberish, but it makes llama.cpp a true engine: true tokens, true counts,
 * true streaming, and an end of its own by chance.
 */
final class TinyModel {
  /** Size of the file, in bytes. */
  static final long BYTES = 544_224;

  /** Longest prompt and answer together, in tokens. */
  static final int CONTEXT = 4096;

  /** Width of an embedding. */
  static final int EMBEDDING = 64;

  static final int VOCABULARY = 461;

  /** {@code <|im_end|>}: ends a message, and so the answer. */
  static final int END_OF_SEQUENCE = 260;

  /** The ids of the byte tokens {@code <0x00>} to {@code <0xFF>} begin here. */
  static final int FIRST_BYTE_TOKEN = 3;

  private static final int LAYERS = 2;
  private static final int HEADS = 4;
  private static final int KEY_HEADS = 2;
  private static final int HEAD_WIDTH = EMBEDDING / HEADS;
  private static final int FEED_FORWARD = 2 * EMBEDDING;
  private static final int FIRST_WORD = 261;
  private static final int ALIGNMENT = 32;
  private static final long SEED = 42;

  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int BYTE = 6;
  private static final int NORMAL = 1;

  private static final String CHAT_TEMPLATE =
      """
      {% for message in messages %}<|im_start|>{{ message['role'] }}
      {{ message['content'] }}<|im_end|>
      {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
      {% endif %}\
      """;

  private static final String[] WORDS = {
    "the",
    "and",
    "of",
    "to",
    "in",
    "is",
    "that",
    "for",
    "with",
    "as",
    "on",
    "are",
    "this",
    "be",
    "by",
    "from",
    "at",
    "or",
    "an",
    "it",
    "we",
    "you",
    "not",
    "have",
    "can",
    "will",
    "one",
    "all",
    "time",
    "water",
    "isle",
    "sea",
    "le",
    "la",
    "les",
    "de",
    "des",
    "et",
    "un",
    "une",
    "est",
    "que",
    "dans",
    "pour",
    "sur",
    "avec",
    "pas",
    "nous",
    "vous",
    "mer",
    "eau",
    "ciel",
    "vent",
    "temps",
    "été",
    "forêt",
    "ville",
    "quai",
    "île",
    "pont",
    "partage",
    "archipel",
  };

  private static final String CHARACTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?'\"()-/\n";

  private record Token(String text, int type) {}

  private record Tensor(String name, boolean random, List<Integer> dimensions) {
    Tensor(String name, boolean random, Integer... dimensions) {
      this(name, random, List.of(dimensions));
    }

    int values() {
      return dimensions.stream().reduce(1, (a, b) -> a * b);
    }
  }

  private final ByteBuffer out = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);

  private TinyModel() {}

  /** Writes {@code tiny-random.gguf} into the folder and returns its path. */
  static Path writeInto(Path folder) throws IOException {
    Path file = folder.resolve("tiny-random.gguf");
    Files.write(file, new TinyModel().bytes());
    return file;
  }

  private byte[] bytes() {
    List<Tensor> tensors = tensors();
    out.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3);
    out.putLong(tensors.size()).putLong(23);
    metadata();
    directory(tensors);
    pad();
    Random random = new Random(SEED);
    for (Tensor tensor : tensors) {
      for (int i = 0; i < tensor.values(); i++) {
        out.putFloat(tensor.random ? (float) (random.nextGaussian() * 0.08) : 1.0f);
      }
      pad();
    }
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  private void metadata() {
    text("general.architecture", "llama");
    text("general.name", "tiny-random");
    number("general.file_type", 0);
    number("llama.context_length", CONTEXT);
    number("llama.embedding_length", EMBEDDING);
    number("llama.block_count", LAYERS);
    number("llama.feed_forward_length", FEED_FORWARD);
    number("llama.attention.head_count", HEADS);
    number("llama.attention.head_count_kv", KEY_HEADS);
    entry("llama.attention.layer_norm_rms_epsilon", FLOAT32).putFloat(1e-5f);
    entry("llama.rope.freq_base", FLOAT32).putFloat(10_000f);
    number("llama.rope.dimension_count", HEAD_WIDTH);
    number("llama.vocab_size", VOCABULARY);
    text("tokenizer.ggml.model", "llama");
    vocabulary();
    number("tokenizer.ggml.bos_token_id", 1);
    number("tokenizer.ggml.eos_token_id", END_OF_SEQUENCE);
    number("tokenizer.ggml.unknown_token_id", 0);
    entry("tokenizer.ggml.add_bos_token", BOOL).put((byte) 1);
    entry("tokenizer.ggml.add_eos_token", BOOL).put((byte) 0);
    text("tokenizer.chat_template", CHAT_TEMPLATE);
  }

  private void vocabulary() {
    List<Token> tokens = tokens();
    entry("tokenizer.ggml.tokens", ARRAY).putInt(STRING).putLong(tokens.size());
    tokens.forEach(token -> string(token.text));
    entry("tokenizer.ggml.scores", ARRAY).putInt(FLOAT32).putLong(tokens.size());
    for (int i = 0; i < tokens.size(); i++) {
      int type = tokens.get(i).type;
      out.putFloat(type == UNKNOWN || type == CONTROL ? 0.0f : -i);
    }
    entry("tokenizer.ggml.token_type", ARRAY).putInt(INT32).putLong(tokens.size());
    tokens.forEach(token -> out.putInt(token.type));
  }

  private static List<Token> tokens() {
    List<Token> tokens = new ArrayList<>(VOCABULARY);
    tokens.add(new Token("<unk>", UNKNOWN));
    tokens.add(new Token("<s>", CONTROL));
    tokens.add(new Token("</s>", CONTROL));
    for (int value = 0; value < 256; value++) {
      tokens.add(new Token("<0x%02X>".formatted(value), BYTE));
    }
    tokens.add(new Token("<|im_start|>", CONTROL));
    tokens.add(new Token("<|im_end|>", CONTROL));
    check(tokens.size() == FIRST_WORD, "words begin at " + tokens.size());
    tokens.add(new Token("\u2581", NORMAL));
    for (String word : WORDS) {
      tokens.add(new Token("\u2581" + word, NORMAL));
    }
    for (String word : WORDS) {
      tokens.add(new Token(word, NORMAL));
    }
    CHARACTERS
        .chars()
        .forEach(character -> tokens.add(new Token(Character.toString(character), NORMAL)));
    check(tokens.size() == VOCABULARY, "vocabulary of " + tokens.size());
    return tokens;
  }

  private static List<Tensor> tensors() {
    int e = EMBEDDING;
    int keys = KEY_HEADS * HEAD_WIDTH;
    List<Tensor> tensors = new ArrayList<>();
    tensors.add(new Tensor("token_embd.weight", true, e, VOCABULARY));
    for (int i = 0; i < LAYERS; i++) {
      String block = "blk." + i + ".";
      tensors.add(new Tensor(block + "attn_norm.weight", false, e));
      tensors.add(new Tensor(block + "attn_q.weight", true, e, e));
      tensors.add(new Tensor(block + "attn_k.weight", true, e, keys));
      tensors.add(new Tensor(block + "attn_v.weight", true, e, keys));
      tensors.add(new Tensor(block + "attn_output.weight", true, e, e));
      tensors.add(new Tensor(block + "ffn_norm.weight", false, e));
      tensors.add(new Tensor(block + "ffn_gate.weight", true, e, FEED_FORWARD));
      tensors.add(new Tensor(block + "ffn_up.weight", true, e, FEED_FORWARD));
      tensors.add(new Tensor(block + "ffn_down.weight", true, FEED_FORWARD, e));
    }
    tensors.add(new Tensor("output_norm.weight", false, e));
    tensors.add(new Tensor("output.weight", true, e, VOCABULARY));
    return tensors;
  }

  private void directory(List<Tensor> tensors) {
    long offset = 0;
    for (Tensor tensor : tensors) {
      string(tensor.name);
      out.putInt(tensor.dimensions.size());
      for (int dimension : tensor.dimensions) {
        out.putLong(dimension);
      }
      out.putInt(0).putLong(offset);
      offset += (4L * tensor.values() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
  }

  private void text(String key, String value) {
    entry(key, STRING);
    string(value);
  }

  private void number(String key, int value) {
    entry(key, UINT32).putInt(value);
  }

  private ByteBuffer entry(String key, int type) {
    string(key);
    return out.putInt(type);
  }

  private void string(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    out.putLong(bytes.length).put(bytes);
  }

  private void pad() {
    while (out.position() % ALIGNMENT != 0) {
      out.put((byte) 0);
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
