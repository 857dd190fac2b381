package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other sites over the admin API. */
final class PeerRoutesTest {
  @TempDir Path folder;
  private RunningControl control;

  @BeforeEach
  void open() {
    control = new RunningControl(folder);
  }

  @AfterEach
  void close() {
    control.close();
  }

  @Test
  void partnersAreToldWithTrustAndTrouble() throws Exception {
    JsonNode lille = control.get("/api/v1/peers").path("items").path(0);
    assertThat(lille.path("site").asText()).isEqualTo("lille");
    assertThat(lille.path("state").asText()).isEqualTo("trusted");
    assertThat(lille.path("connected").asBoolean()).isFalse();
    assertThat(lille.path("trouble").asText()).isNotEmpty();
    assertThat(lille.path("chain_expires_at").asText()).isEqualTo("2027-01-01T00:00:00Z");
    assertThat(control.call("GET", "/api/v1/peers/nowhere", "").statusCode()).isEqualTo(404);
  }

  @Test
  void disputeIsToldWithTheNumbersAndAcceptedOnce() throws Exception {
    String sequence = control.peers.dispute();
    JsonNode dispute = control.get("/api/v1/peers/lille/disputes").path("items").path(0);
    assertThat(dispute.path("sequence").asText()).isEqualTo(sequence);
    assertThat(dispute.path("reason").asText()).isEqualTo("tokens");
    assertThat(dispute.path("theirs").path("completion_tokens").asInt()).isEqualTo(7);
    assertThat(dispute.path("theirs").path("price").decimalValue()).isEqualByComparingTo("1.5");
    String accept = "/api/v1/peers/lille/disputes/" + sequence + "/accept";
    assertThat(control.call("POST", accept, "").statusCode()).isEqualTo(204);
    assertThat(control.call("POST", accept, "").statusCode()).isEqualTo(404);
    assertThat(control.get("/api/v1/peers/lille/disputes").path("items").isEmpty()).isTrue();
    assertThat(control.get("/api/v1/audit?limit=1").path("items").path(0).path("action").asText())
        .isEqualTo("receipt.accept");
  }

  @Test
  void agreedMonthIsTold() throws Exception {
    JsonNode month = control.get("/api/v1/peers/lille/statements/2026-10");
    assertThat(month.path("digest").asText()).isEqualTo("d");
    assertThat(control.get("/api/v1/peers/lille/statements").path("items").size()).isEqualTo(1);
    assertThat(control.call("GET", "/api/v1/peers/lille/statements/2026-09", "").statusCode())
        .isEqualTo(404);
    assertThat(control.call("GET", "/api/v1/peers/lille/statements/2026-13", "").statusCode())
        .isEqualTo(400);
    assertThat(
            control.call("POST", "/api/v1/peers/lille/statements/2030-01/agree", "").statusCode())
        .isEqualTo(409);
  }
}
