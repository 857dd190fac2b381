package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EmbeddingsEncodingTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void numbersSurviveTheWayToBase64AndBack() throws IOException {
    for (int i = 0; i < 500; i++) {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      StringBuilder list = new StringBuilder();
      for (int n = random.nextInt(2000); n >= 0; n--) {
        float value = Float.intBitsToFloat(random.nextInt());
        list.append(Float.isFinite(value) ? value : n % 2 == 0 ? 0f : -1e-3f).append(',');
      }
      String numbers = list.substring(0, list.length() - 1);
      byte[] answer = utf8("{\"data\":[{\"embedding\":[" + numbers + "],\"é\":null}],\"n\":12}");
      byte[] base64 = EmbeddingsEncoding.convert(answer, true);

      assertThat(EmbeddingsEncoding.differs(answer, true)).isTrue();
      assertThat(EmbeddingsEncoding.differs(base64, true)).isFalse();
      assertThat(EmbeddingsEncoding.differs(base64, false)).isTrue();
      assertThat(EmbeddingsEncoding.convert(base64, false)).as("seed %d", seed).isEqualTo(answer);
    }
  }

  @Test
  void severalVectorsPerEntryAndNullsStay() throws IOException {
    byte[] answer = utf8("{\"data\":[{\"embedding\":null},{\"embedding\":[]},{\"x\":[1,2]}]}");
    assertThat(EmbeddingsEncoding.convert(answer, true))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("{\"data\":[{\"embedding\":null},{\"embedding\":\"\"},{\"x\":[1,2]}]}");
  }

  @Test
  void whatIsNoVectorIsToldApart() {
    assertThatThrownBy(() -> EmbeddingsEncoding.convert(utf8("{\"embedding\":[[1],[2]]}"), true))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> EmbeddingsEncoding.convert(utf8("{\"embedding\":\"é\"}"), false))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> EmbeddingsEncoding.convert(utf8("{\"embedding\":\"AAA=\"}"), false))
        .isInstanceOf(IOException.class);
  }
}
