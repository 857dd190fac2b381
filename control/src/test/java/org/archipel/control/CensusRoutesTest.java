package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The census over the admin API, beside a catalog with two engines of two L40S each. */
class CensusRoutesTest {
  private static final String HERE = "/api/v1/organizations/univ-rennes/census";

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    control = new RunningControl(folder, new FixedCatalog());
    control.call("POST", "/api/v1/organizations", "{\"name\":\"univ-rennes\"}");
    control.call("POST", "/api/v1/organizations", "{\"name\":\"univ-lille\"}");
  }

  @AfterEach
  void stop() {
    control.close();
  }

  private JsonNode say(String organization, String body) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        control.call("POST", "/api/v1/organizations/" + organization + "/census", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return control.parse(answer);
  }

  private void sayAll() throws IOException, InterruptedException {
    say("univ-rennes", "{\"kind\":\"declared\",\"device\":\"NVIDIA L40S\",\"count\":6}");
    say(
        "univ-rennes",
        """
        {"kind":"wanted","device":"h100-sxm","count":8,"purpose":"chat | <b>all</b>",
         "horizon":"2027-09-01","priority":1,"micro_cost":240000500000,"currency":"EUR"}\
        """);
    say("univ-lille", "{\"kind\":\"declared\",\"device\":\"Cray thing\",\"count\":1}");
  }

  @Test
  void whatIsSaidIsListedAndRemoved() throws Exception {
    sayAll();
    JsonNode items = control.get("/api/v1/census?organization=univ-rennes").path("items");
    assertThat(items).hasSize(2);
    JsonNode wish = items.get(0).has("purpose") ? items.get(0) : items.get(1);
    assertThat(wish.path("micro_cost").asLong()).isEqualTo(240_000_500_000L);
    assertThat(wish.path("created_by").asText()).isEqualTo("token:administrator");

    String one = "/api/v1/census/" + wish.path("id").asText();
    assertThat(control.call("DELETE", one, "").statusCode()).isEqualTo(204);
    assertThat(control.call("DELETE", one, "").statusCode()).isEqualTo(404);
    assertThat(control.get("/api/v1/census").path("items")).hasSize(2);
  }

  @Test
  void comparisonTellsDeclaredLiveAndWanted() throws Exception {
    sayAll();
    JsonNode items = control.get("/api/v1/census-comparison?days=3").path("items");

    assertThat(items).hasSize(2);
    JsonNode lille = items.get(0);
    assertThat(lille.path("organization").asText()).isEqualTo("univ-lille");
    assertThat(lille.has("busy_share")).as("nothing of it is here").isFalse();
    JsonNode rennes = items.get(1);
    assertThat(rennes.path("engines").asInt()).isEqualTo(2);
    assertThat(rennes.path("engines_up").asInt()).isOne();
    assertThat(rennes.path("busy_share").asDouble()).isZero();
    JsonNode h100 = rennes.path("devices").get(0);
    assertThat(h100.path("device").asText() + h100.path("wanted")).isEqualTo("h1008");
    JsonNode l40s = rennes.path("devices").get(1);
    assertThat(l40s.path("declared").asInt()).isEqualTo(6);
    assertThat(l40s.path("live").asInt()).isEqualTo(4);
    assertThat(l40s.path("live_up").asInt()).isEqualTo(2);
    assertThat(l40s.path("known").asBoolean()).isTrue();
  }

  @Test
  void exportsAreSafeAndSayWhatIsNotMeasured() throws Exception {
    sayAll();
    String[] token = {"authorization", "Bearer " + RunningControl.TOKEN};
    String csv =
        control
            .send("GET", "/api/v1/census-comparison", "", token[0], token[1], "accept", "text/csv")
            .body();
    assertThat(csv.lines())
        .contains("univ-lille,cray-thing,no,1,0,0,0,,,,,,,,")
        .contains("univ-lille,all,,1,0,0,0,0,0,0" + ",not measured".repeat(5))
        .contains("univ-rennes,l40s,yes,6,4,2,0,,,,,,,,")
        .contains("univ-rennes,all,,6,4,2,8,2,1,0,0,0,0,0,0.0000");
    String markdown =
        control
            .send(
                "GET",
                "/api/v1/census-comparison",
                "",
                token[0],
                token[1],
                "accept",
                "text/markdown")
            .body();
    assertThat(markdown.lines())
        .contains(
            "| univ-rennes | h100-sxm | 8 | chat \\| &lt;b>all&lt;/b> | 2027-09-01 | 1 |"
                + " 240000.5 EUR |")
        .anyMatch(line -> line.startsWith("| univ-lille | 0 | 0 | 0 | not measured"));
  }

  @Test
  void errorsSayWhatWouldBeRight() throws Exception {
    assertThat(control.call("POST", HERE, "{\"kind\":\"had\"}").body())
        .contains("kind: not one (expected: declared or wanted)");
    assertThat(
            control
                .call("POST", HERE, "{\"kind\":\"wanted\",\"device\":\"l4\",\"count\":1}")
                .body())
        .contains("purpose: missing");
    assertThat(control.call("GET", "/api/v1/census-comparison?days=0", "").statusCode())
        .isEqualTo(400);
    assertThat(
            control
                .call(
                    "POST",
                    "/api/v1/organizations/nobody/census",
                    "{\"kind\":\"declared\",\"device\":\"l4\",\"count\":1}")
                .statusCode())
        .isEqualTo(404);
  }
}
