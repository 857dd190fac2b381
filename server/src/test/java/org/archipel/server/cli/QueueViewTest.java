package org.archipel.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator reads of a given moment, to the letter. */
final class QueueViewTest {
  private static final int COLUMNS = 100;

  private static final String MOMENT =
      """
      [{"model":"mistral-small","saturation":0.834,"waiting":7,"running":36,
        "oldest_wait_seconds":75.2,
        "flows":[
          {"organization":"univ-rennes","project":"chat","class":"interactive","waiting":0,
           "waiting_cost":0,"running":32,"oldest_wait_seconds":0,"virtual_time_lag":0},
          {"organization":"insa","project":"summaries","class":"batch","waiting":7,
           "waiting_cost":123456.5,"running":4,"oldest_wait_seconds":75.2,"virtual_time_lag":10}],
        "engines":[
          {"engine":"gpu1","owner":"univ-rennes","state":"up","running":32,"limit":64,
           "tokens":9000,"token_limit":400000,"saturation":0.5,
           "prefill_tokens_per_second":15000,"inter_token_seconds":0.0184,
           "load_age_seconds":0.8},
          {"engine":"altra","owner":"insa","state":"breaker_open","running":4,"limit":4,
           "tokens":9000,"token_limit":0,"saturation":1,"prefill_tokens_per_second":150,
           "inter_token_seconds":0.12}],
        "counters":{"dispatched":123456,"rejected_full":3,"rejected_predicted":4,"expired":1,
          "no_engine":0,"withdrawn":12,"locality_inversions":0}}]
      """;

  private static JsonNode read(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String view(int top, JsonNode pools) {
    return String.join("\n", new QueueView(top).lines(pools)) + "\n";
  }

  @Test
  void theBusiestComeFirst() {
    assertThat(view(8, read(MOMENT)))
        .isEqualTo(
            """
            mistral-small   83% full   7 waiting   36 running   oldest 75s
              ORGANIZATION  PROJECT    CLASS        WAITING  OLDEST  COST  RUNNING
              insa          summaries  batch              7     75s  123k        4
              univ-rennes   chat       interactive        0       -     0       32
              ENGINE  OWNER        STATE    RUN/LIMIT  FULL  PROMPT/S  TOKEN  REPORT
              altra   insa         breaker        4/4  100%       150  120ms       -
              gpu1    univ-rennes  up           32/64   50%     15.0k   18ms   800ms
              since the start: 123k started, 7 refused, 1 expired, 0 without engine, 12 left
            """);
  }

  @Test
  void whatIsNotShownIsCounted() {
    assertThat(view(1, read(MOMENT)))
        .isEqualTo(
            """
            mistral-small   83% full   7 waiting   36 running   oldest 75s
              ORGANIZATION  PROJECT    CLASS  WAITING  OLDEST  COST  RUNNING
              insa          summaries  batch        7     75s  123k        4
              … and 1 more flow: 0 waiting, 32 running
              ENGINE  OWNER  STATE    RUN/LIMIT  FULL  PROMPT/S  TOKEN  REPORT
              altra   insa   breaker        4/4  100%       150  120ms       -
              … and 1 more engine: 32 running of 64, 0 not up
              since the start: 123k started, 7 refused, 1 expired, 0 without engine, 12 left
            """);
  }

  @Test
  void emptinessIsSaid() {
    assertThat(view(8, read("[]"))).isEqualTo("no model is served yet: nothing waits\n");
    assertThat(
            view(
                8,
                read(
                    """
                    [{"model":"m","saturation":0,"waiting":0,"running":0,
                      "oldest_wait_seconds":0,"flows":[],"engines":[],"counters":{}}]
                    """)))
        .isEqualTo(
            """
            m   0% full   0 waiting   0 running   oldest -
              nobody waits or runs
              no engine was up yet
              since the start: - started, 0 refused, - expired, - without engine, - left
            """);
  }

  @Test
  void aThousandEnginesAndHundredModelsFitOnAScreen() {
    ArrayNode pools = new ObjectMapper().createArrayNode();
    for (int model = 0; model < 100; model++) {
      ObjectNode pool = (ObjectNode) read(MOMENT).path(0);
      pool.put("model", "a-model-with-a-name-that-nobody-will-ever-type-" + model);
      pool.put("saturation", 1000);
      ArrayNode engines = pool.putArray("engines");
      for (int i = 0; i < 1016; i++) {
        engines
            .addObject()
            .put("engine", "server-" + i + ".datacentre.example.org:8000/mistral-small")
            .put("owner", "centre-national-de-calcul-" + i)
            .put("state", i % 10 == 0 ? "down" : "up")
            .put("running", 1024)
            .put("limit", 1024)
            .put("saturation", i / 100.0)
            .put("prefill_tokens_per_second", 123456789.0)
            .put("inter_token_seconds", 1234.5)
            .put("load_age_seconds", 99999.9);
      }
      ArrayNode flows = pool.putArray("flows");
      for (int i = 0; i < 200; i++) {
        flows
            .addObject()
            .put("organization", "université-de-quelque-part-très-loin-" + i)
            .put("project", "\u001b[31mproject-with-a-long-name-" + i)
            .put("class", "interactive")
            .put("waiting", 123_456 + i)
            .put("waiting_cost", 1e12)
            .put("oldest_wait_seconds", 359_999)
            .put("running", 99_999);
      }
      pools.add(pool);
    }
    List<String> lines = new QueueView(8).lines(pools);

    assertThat(lines)
        .allSatisfy(
            line ->
                assertThat(line.codePointCount(0, line.length()))
                    .as(line)
                    .isLessThanOrEqualTo(COLUMNS));
    assertThat(String.join("", lines)).doesNotContain("\u001b");
    assertThat(lines).hasSizeLessThan(8 * 24 + 2);
    assertThat(lines).contains("  … and 192 more flows: 23.7M waiting, 19.2M running");
    assertThat(lines).contains("  … and 1008 more engines: 1.0M running of 1.0M, 101 not up");
    assertThat(lines.getLast()).isEqualTo("… and 92 more models: 644 waiting, 3312 running");
  }

  @Test
  void aBrokenPromiseIsShouted() {
    ArrayNode pools = (ArrayNode) read(MOMENT);
    ((ObjectNode) pools.path(0).path("counters")).put("locality_inversions", 2);
    assertThat(view(8, pools)).contains(", 2 LOCALITY INVERSIONS");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "999.4, 999",
    "9999, 9999",
    "10000, 10.0k",
    "99949, 99.9k",
    "99951, 100k",
    "999499, 999k",
    "999500, 1.0M",
    "1e9, 1.0G",
    "1e12, 1000G"
  })
  void numbersAreShort(double value, String text) {
    assertThat(QueueView.quantity(value)).isEqualTo(text).hasSizeLessThanOrEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0ms",
    "0.0184, 18ms",
    "0.9994, 999ms",
    "0.9996, 1.0s",
    "9.94, 9.9s",
    "9.96, 10s",
    "599.4, 599s",
    "600, 10m",
    "7199, 120m",
    "7200, 2.0h",
    "359999, 100.0h"
  })
  void durationsAreShort(double seconds, String text) {
    assertThat(QueueView.duration(seconds)).isEqualTo(text).hasSizeLessThanOrEqualTo(6);
  }
}
