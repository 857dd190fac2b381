package org.archipel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SiteKeyTest {
  private final SecureRandom random = new SecureRandom();
  private final SiteKey key = SiteKey.of(SiteKey.generate(random), random);

  @Test
  void whatIsSealedOpensAgainAndIsNotReadable() {
    String sealed = key.seal("engine:gpu1", "sk-tout-à-fait-secret");

    assertThat(sealed).doesNotContain("secret").matches("v1\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    assertThat(key.open("engine:gpu1", sealed)).contains("sk-tout-à-fait-secret");
    assertThat(key.seal("engine:gpu1", "sk-tout-à-fait-secret")).isNotEqualTo(sealed);
  }

  @Test
  void sealedTextOpensForItsPurposeOnly() {
    assertThat(key.open("engine:gpu2", key.seal("engine:gpu1", "x"))).isEmpty();
  }

  @Test
  void anotherKeyOpensNothing() {
    SiteKey other = SiteKey.of(SiteKey.generate(random), random);

    assertThat(other.open("p", key.seal("p", "x"))).isEmpty();
  }

  @Test
  void anyAlteredCharacterIsNoticed() {
    String sealed = key.seal("p", "secret");
    for (int i = 0; i < sealed.length() - 1; i++) {
      char other = sealed.charAt(i) == 'A' ? 'B' : 'A';
      String altered = sealed.substring(0, i) + other + sealed.substring(i + 1);
      assertThat(key.open("p", altered)).as("character %d", i).isEmpty();
    }
    assertThat(key.open("p", "")).isEmpty();
    assertThat(key.open("p", "v1..")).isEmpty();
  }

  @Test
  void whatIsNoKeyIsRefusedWithoutRepeatingIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SiteKey.of("hunter2", random))
        .withMessageNotContaining("hunter2");
    assertThat(key).hasToString("SiteKey[…]");
  }
}
