package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reference values of the algorithm's own implementation. */
final class XxHash64Test {
  @ParameterizedTest
  @CsvSource({
    "'', 0, ef46db3751d8e999",
    "a, 0, d24ec4f1a98c6e5b",
    "abc, 0, 44bc2cf5ad770999",
    "Nobody inspects the spammish repetition, 0, fbcea83c8a378bf1",
  })
  void textsHaveTheHashesOfTheReference(String text, long seed, String expected) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(Long.toHexString(XxHash64.hash(bytes, bytes.length, seed))).isEqualTo(expected);
  }
}
