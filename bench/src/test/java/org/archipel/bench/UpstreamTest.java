package org.archipel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The upstream through the JDK's own client, which is stricter about HTTP than ours. */
class UpstreamTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Upstream upstream = Upstream.start(0, 4);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    client.close();
    upstream.close();
  }

  @Test
  void jsonAnswerHasItsSizeAndUsage() throws Exception {
    HttpResponse<String> answer = post("{\"model\":\"json\",\"messages\":[]}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).hasSize(UpstreamAnswers.JSON_BYTES);
    JsonNode body = JSON.readTree(answer.body());
    assertThat(body.at("/choices/0/message/role").asText()).isEqualTo("assistant");
    assertThat(body.at("/usage/total_tokens").asInt())
        .isEqualTo(
            body.at("/usage/prompt_tokens").asInt() + body.at("/usage/completion_tokens").asInt())
        .isPositive();
  }

  @Test
  void burstHasTwoHundredEventsOf250BytesAndNoUsageUnlessAsked() throws Exception {
    HttpResponse<String> answer = post("{\"model\":\"burst\",\"stream\":true}");

    assertThat(answer.headers().firstValue("content-type"))
        .hasValue("text/event-stream; charset=utf-8");
    List<JsonNode> events = events(answer.body());
    assertThat(events).hasSize(UpstreamAnswers.BURST_EVENTS);
    assertThat(answer.body())
        .hasSize(
            UpstreamAnswers.BURST_EVENTS * UpstreamAnswers.EVENT_BYTES
                + UpstreamAnswers.DONE.length());
    assertThat(events.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
  }

  @Test
  void usageComesAsTheLastEventWhenAsked() throws Exception {
    List<JsonNode> events =
        events(
            post("{\"stream_options\" : { \"include_usage\" : true }, \"model\" : \"burst\"}")
                .body());

    assertThat(events).hasSize(UpstreamAnswers.BURST_EVENTS + 1);
    assertThat(events.getLast().at("/choices")).isEmpty();
    assertThat(events.getLast().at("/usage/total_tokens").asInt()).isPositive();
  }

  @Test
  void pacedEventsCarryTheTimeTheyWereSentAtAndKeepTheirPace() throws Exception {
    long before = System.nanoTime();
    List<JsonNode> events = events(post("{\"model\":\"paced\",\"max_tokens\":5}").body());
    long after = System.nanoTime();

    assertThat(events).hasSize(5);
    List<Long> stamps = new ArrayList<>();
    for (JsonNode event : events) {
      String content = event.at("/choices/0/delta/content").asText();
      assertThat(content).startsWith(EventStamp.MARK);
      stamps.add(Long.parseLong(content.substring(2, 2 + EventStamp.DIGITS)));
    }
    assertThat(stamps).isSorted();
    assertThat(stamps.getFirst()).isBetween(before, after);
    assertThat(stamps.getLast()).isBetween(before, after);
    // Four intervals of 20 ms; a wheel slot may come up to a millisecond early.
    assertThat(stamps.getLast() - stamps.getFirst()).isGreaterThanOrEqualTo(79_000_000L);
  }

  @Test
  void pacedAnswerWithoutMaxTokensHasTheDefaultNumberOfEvents() throws Exception {
    assertThat(events(post("{\"model\":\"paced\"}").body())).hasSize(4);
  }

  @Test
  void canBeProbedLikeAnEngine() throws Exception {
    JsonNode models = JSON.readTree(get("/v1/models").body());

    assertThat(models.at("/data").findValuesAsText("id"))
        .containsExactlyElementsOf(UpstreamAnswers.MODELS);
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(get("/version").body()).has("version")).isTrue();
  }

  @Test
  void whatItDoesNotKnowIsNotFound() throws Exception {
    assertThat(post("{\"model\":\"nobody\"}").statusCode()).isEqualTo(404);
    assertThat(get("/nowhere").statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> post(String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri("/v1/chat/completions"))
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + upstream.address().getPort() + path);
  }

  private static List<JsonNode> events(String stream) throws Exception {
    assertThat(stream).endsWith(UpstreamAnswers.DONE);
    List<JsonNode> events = new ArrayList<>();
    for (String event : stream.split("\n\n", -1)) {
      if (event.isEmpty() || event.equals("data: [DONE]")) {
        continue;
      }
      assertThat(event).startsWith("data: ");
      events.add(JSON.readTree(event.substring("data: ".length())));
    }
    return events;
  }
}
