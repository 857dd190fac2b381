package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TinyModelTest {
  private static final String PROMPT =
      "<|im_start|>user\nhello été<|im_end|>\n<|im_start|>assistant\n";

  @TempDir Path folder;

  @Test
  void theFileHasItsSizeAndIsTheSameEachTime() throws IOException {
    byte[] first = Files.readAllBytes(TinyModel.writeInto(folder));
    byte[] second = Files.readAllBytes(TinyModel.writeInto(folder));

    assertThat((long) first.length).isEqualTo(TinyModel.BYTES);
    assertThat(Arrays.equals(first, second)).isTrue();
  }

  @Test
  void llamaLoadsItAndGeneratesTheSameAnswerForTheSameSeed() throws IOException {
    try (TinyLlama model = TinyLlama.forText(TinyModel.writeInto(folder), 1)) {
      StringBuilder first = new StringBuilder();
      StringBuilder second = new StringBuilder();
      TinyLlama.Account account =
          model.generate(
              PROMPT, TinyLlama.Sampling.of(50, 7), piece -> first.append(piece) != null);
      model.generate(PROMPT, TinyLlama.Sampling.of(50, 7), piece -> second.append(piece) != null);

      assertThat(first.toString()).isNotBlank().isEqualTo(second.toString());
      assertThat(account.promptTokens()).isEqualTo(30);
    }
  }

  /**
   * An engine that may not stop by itself generates exactly what it is allowed: the only count that
   * is known beforehand.
   */
  @Test
  void tokensAreCountedExactly() throws IOException {
    try (TinyLlama model = TinyLlama.forText(TinyModel.writeInto(folder), 1)) {
      for (int seed = 1; seed <= 40; seed++) {
        int limit = 1 + seed * 5;
        TinyLlama.Sampling endless =
            new TinyLlama.Sampling(limit, 1.5f, 1.0f, seed, true, List.of());

        TinyLlama.Account account = model.generate(PROMPT, endless, piece -> true);

        assertThat(account)
            .as("seed %d", seed)
            .isEqualTo(new TinyLlama.Account(30, limit, TinyLlama.Ending.LENGTH));
      }
    }
  }

  @Test
  void anAnswerThatEndsByItselfIsShorterThanAllowedAndSaysStop() throws IOException {
    try (TinyLlama model = TinyLlama.forText(TinyModel.writeInto(folder), 1)) {
      TinyLlama.Account account =
          model.generate(PROMPT, TinyLlama.Sampling.of(TinyModel.CONTEXT, 1), piece -> true);

      assertThat(account.ending()).isEqualTo(TinyLlama.Ending.STOP);
      assertThat(account.completionTokens()).isBetween(1, TinyModel.CONTEXT - 31);
    }
  }

  @Test
  void ourPromptIsThatOfTheModelsOwnTemplate() throws IOException {
    try (TinyLlama model = TinyLlama.forText(TinyModel.writeInto(folder), 1)) {
      String theirs =
          model.applyTemplate(
              new InferenceParameters("")
                  .setMessages("be brief", List.of(new Pair<>("user", "hello été"))));
      String ours =
          LlamaCompletion.prompt(
              WireJson.read(
                  """
                  [{"role":"system","content":"be brief"},
                   {"role":"user","content":[{"type":"text","text":"hello été"}]}]
                  """));

      assertThat(ours).isEqualTo(theirs);
    }
  }

  @Test
  void embeddingsAreVectorsThatDifferWithTheText() throws IOException {
    try (TinyLlama model = TinyLlama.forEmbeddings(TinyModel.writeInto(folder))) {
      float[] sea = model.embed("the sea");

      assertThat(sea).hasSize(TinyModel.EMBEDDING).isEqualTo(model.embed("the sea"));
      assertThat(sea).isNotEqualTo(model.embed("the sky"));
    }
  }
}
