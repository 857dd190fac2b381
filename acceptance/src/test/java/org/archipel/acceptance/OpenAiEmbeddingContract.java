package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What every server of embeddings owes to the OpenAI SDK, which asks for base64 by itself. */
interface OpenAiEmbeddingContract {
  SdkTarget target();

  @Test
  default void embeddingsAreTheSameNumbersHoweverTheyTravel() throws IOException {
    CreateEmbeddingResponse byDefault = embed(embedding());
    CreateEmbeddingResponse asFloats =
        embed(embedding().encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT));
    CreateEmbeddingResponse asBase64 =
        embed(embedding().encodingFormat(EmbeddingCreateParams.EncodingFormat.BASE64));

    assertThat(byDefault.data()).hasSize(2);
    for (int i = 0; i < 2; i++) {
      List<Float> expected = asFloats.data().get(i).embedding();
      assertThat(expected).hasSizeGreaterThan(1);
      assertSame(byDefault.data().get(i).embedding(), expected);
      assertSame(asBase64.data().get(i).embedding(), expected);
    }
    assertThat(byDefault.usage().promptTokens()).isPositive();
    assertThat(byDefault.usage().totalTokens()).isEqualTo(byDefault.usage().promptTokens());
  }

  @Test
  default void base64OnTheWireIsLittleEndianFloats() throws IOException {
    String body =
        """
        {"model":"%s","input":"the sea","encoding_format":"%s"}\
        """;
    List<String> key = List.of("Authorization: Bearer " + target().key());
    try (RawHttp client = RawHttp.connect(target().url())) {
      client.send(
          RawHttp.request(
              "POST", "/v1/embeddings", key, body.formatted(target().embeddingModel(), "base64")));
      String packed = client.read().json().at("/data/0/embedding").textValue();
      client.send(
          RawHttp.request(
              "POST", "/v1/embeddings", key, body.formatted(target().embeddingModel(), "float")));
      List<Float> expected = new ArrayList<>();
      client.read().json().at("/data/0/embedding").forEach(n -> expected.add(n.floatValue()));

      assertThat(packed).as("base64 is a string").isNotNull();
      ByteBuffer bytes =
          ByteBuffer.wrap(Base64.getDecoder().decode(packed)).order(ByteOrder.LITTLE_ENDIAN);
      List<Float> values = new ArrayList<>();
      while (bytes.remaining() >= 4) {
        values.add(bytes.getFloat());
      }
      assertThat(bytes.remaining()).isZero();
      assertSame(values, expected);
    }
  }

  private CreateEmbeddingResponse embed(EmbeddingCreateParams.Builder params) {
    try (SdkTarget.OpenAi client = target().openAi()) {
      return client.api().embeddings().create(params.build());
    }
  }

  private EmbeddingCreateParams.Builder embedding() {
    return EmbeddingCreateParams.builder()
        .model(target().embeddingModel())
        .inputOfArrayOfStrings(List.of("the sea", "la mer"));
  }

  private static void assertSame(List<Float> actual, List<Float> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).isCloseTo(expected.get(i), Offset.offset(1e-6f));
    }
  }
}
