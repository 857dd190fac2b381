package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RouteTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/chat/completions",
        "/v1/a",
        "/v1/new-thing/v2_x/file.json",
        "/v1/audio/transcriptions"
      })
  void ordinaryPathsPass(String path) {
    assertThat(Route.passable(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/v1",
        "/v1/",
        "/v2/chat",
        "v1/chat",
        "//v1/chat",
        "/v1//chat",
        "/v1/../metrics",
        "/v1/..",
        "/v1/.",
        "/v1/./x",
        "/v1/.hidden",
        "/v1/a/../../x",
        "/v1/%2e%2e/x",
        "/v1/a\\b",
        "/v1/a;b",
        "/v1/a#b",
        "/v1/a b",
        "/v1/é",
        "/v1/load_lora_adapter",
        "/v1/unload_lora_adapter",
        "/v1/load_lora_adapter/",
        "/v1/x/load_lora_adapter",
        "http://host/v1/chat/completions"
      })
  void pathsThatAnEngineCouldReadOtherwiseDoNot(String path) {
    assertThat(Route.passable(path)).isFalse();
  }

  @Test
  void longPathsDoNotPass() {
    assertThat(Route.passable("/v1/" + "a".repeat(96))).isTrue();
    assertThat(Route.passable("/v1/" + "a".repeat(97))).isFalse();
  }

  @Test
  void dialectsFollowFromThePath() {
    assertThat(Route.of("/v1/messages").anthropic()).isTrue();
    assertThat(Route.of("/v1/messages/count_tokens").anthropic()).isTrue();
    assertThat(Route.of("/v1/messages/x").anthropic()).isFalse();
    assertThat(Route.of("/v1/completions").usageOnRequest()).isTrue();
    assertThat(Route.of("/v1/responses").usageOnRequest()).isFalse();
    assertThat(Route.of("/v1/rerank").kind()).isEqualTo(Route.Kind.OTHER);
  }
}
