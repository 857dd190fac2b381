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

  /** An OpenAI client that is given back at the end of a block. */
  record OpenAi(OpenAIClient api) implements AutoCloseable {
    @Override
    public void close() {
      api.close();
    }
  }

  /** An Anthropic client that is given back at the end of a block. */
  record Anthropic(AnthropicClient api) implements AutoCloseable {
    @Override
    public void close() {
      api.close();
    }
  }

  OpenAi openAi() {
    return openAi(key);
  }

  OpenAi openAi(String withKey) {
    return new OpenAi(
        OpenAIOkHttpClient.builder()
            .baseUrl(url + "/v1")
            .apiKey(withKey)
            .maxRetries(0)
            .timeout(LIMIT)
            .build());
  }

  Anthropic anthropic() {
    return anthropic(key);
  }

  Anthropic anthropic(String withKey) {
    return new Anthropic(
        AnthropicOkHttpClient.builder()
            .baseUrl(url.toString())
            .apiKey(withKey)
            .maxRetries(0)
            .timeout(LIMIT)
            .build());
  }
}
