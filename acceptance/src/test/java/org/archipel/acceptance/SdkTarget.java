package org.archipel.acceptance;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import java.net.URI;
import java.time.Duration;

/**
 * Where an SDK is pointed: an engine itself, or a site in front of it. The clients never retry, so
 * that what the server did first is what a test sees.
 *
 * @param url without a path
 * @param key an API key that the server accepts
 */
record SdkTarget(
    URI url, String key, String chatModel, String embeddingModel, String transcriptionModel) {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  OpenAIClient openAi() {
    return openAi(key);
  }

  OpenAIClient openAi(String withKey) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(url + "/v1")
        .apiKey(withKey)
        .maxRetries(0)
        .timeout(LIMIT)
        .build();
  }

  AnthropicClient anthropic() {
    return anthropic(key);
  }

  AnthropicClient anthropic(String withKey) {
    return AnthropicOkHttpClient.builder()
        .baseUrl(url.toString())
        .apiKey(withKey)
        .maxRetries(0)
        .timeout(LIMIT)
        .build();
  }
}
