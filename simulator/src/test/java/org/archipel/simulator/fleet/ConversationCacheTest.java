package org.archipel.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ConversationCacheTest {
  private final ConversationCache cache = new ConversationCache();

  private void use(long conversation, int tokens) {
    cache.begin(conversation, 0);
    cache.end(conversation, tokens);
  }

  @Test
  void theLeastRecentlyUsedGoesFirst() {
    use(1, 160);
    use(2, 160);
    use(3, 160);
    use(1, 160);
    cache.shrinkTo(320);
    assertThat(cache.idleTokens()).isEqualTo(320);
    assertThat(cache.begin(1, 1000)).isEqualTo(160);
    assertThat(cache.begin(2, 1000)).isZero();
    assertThat(cache.begin(3, 1000)).isEqualTo(160);
  }

  @Test
  void whatARunningRequestUsesStays() {
    use(1, 160);
    cache.begin(1, 160);
    cache.shrinkTo(0);
    assertThat(cache.begin(1, 1000)).isEqualTo(160);
    cache.end(1, 160);
    assertThat(cache.idleTokens()).isZero();
    cache.end(1, 320);
    assertThat(cache.idleTokens()).isEqualTo(320);
  }

  @Test
  void manyConversationsAreFoundAgain() {
    for (int i = 1; i <= 5000; i++) {
      use(i, 16);
    }
    cache.shrinkTo(16 * 1000);
    for (int i = 1; i <= 5000; i++) {
      int expected = i > 4000 ? 16 : 0;
      assertThat(cache.begin(i, 100)).as("conversation %d", i).isEqualTo(expected);
    }
  }
}
