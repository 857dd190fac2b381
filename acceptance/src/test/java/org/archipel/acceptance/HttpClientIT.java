package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.archipel.simulator.TokenRule;
import org.junit.jupiter.api.Test;

/**
 * Java's own client as it comes out of the box: it offers h2c with each first request, and the
 * engine behind the site loses the body of whoever passes that offer on.
 */
final class HttpClientIT extends SharedSite {
  private static final int MEGABYTE = 1 << 20;

  @Test
  void aMegabyteIsPostedAndAnswered() throws IOException, InterruptedException {
    String sea = "la mer, ".repeat(MEGABYTE / 8);
    // More than the model reads: embeddings take it in, and count it.
    String body = "{\"model\":\"embed\",\"input\":\"" + sea + "\",\"dimensions\":8}";
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(post("/v1/embeddings", body).build(), HttpResponse.BodyHandlers.ofString());

      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      JsonNode answer = WireJson.read(response.body());
      assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(TokenRule.count(sea));
      assertThat(answer.at("/data/0/embedding")).hasSize(8);
    }
  }

  @Test
  void postsAndGetsFollowEachOtherOnOneClient() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> models =
            client.send(request("/v1/models").GET().build(), HttpResponse.BodyHandlers.ofString());
        assertThat(WireJson.read(models.body()).path("data")).hasSize(3);

        HttpResponse<String> chat =
            client.send(
                post("/v1/chat/completions", chat(false)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(chat.statusCode()).as(chat.body()).isEqualTo(200);
        assertThat(chat.headers().firstValue("x-archipel-site")).contains("rennes");
      }
    }
  }

  @Test
  void aStreamArrivesLineByLine() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      List<String> lines =
          client
              .send(
                  post("/v1/chat/completions", chat(true)).build(),
                  HttpResponse.BodyHandlers.ofLines())
              .body()
              .filter(line -> !line.isEmpty())
              .toList();

      assertThat(lines).hasSizeGreaterThan(8).allMatch(line -> line.startsWith("data: "));
      assertThat(lines.getLast()).isEqualTo("data: [DONE]");
    }
  }

  private static String chat(boolean stream) {
    return """
    {"model":"chat","stream":%b,"max_tokens":8,
     "messages":[{"role":"user","content":"hello"}]}\
    """
        .formatted(stream);
  }

  private HttpRequest.Builder post(String path, String body) {
    return request(path)
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(site().api().resolve(path))
        .timeout(Duration.ofSeconds(30))
        .header("authorization", "Bearer " + key());
  }
}
