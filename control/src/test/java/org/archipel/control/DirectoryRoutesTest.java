package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.archipel.directory.KeyCheck;
import org.archipel.storage.Actor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The directory through the API: what is changed there is changed in the directory, at once. */
@Timeout(60)
final class DirectoryRoutesTest {
  private static final String LAB = "/api/v1/organizations/lab";

  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  @BeforeEach
  void start() {
    control = new RunningControl(folder, new FixedCatalog());
    control.directory.createOrganization(Actor.token(), "lab");
    control.directory.createProject(Actor.token(), "lab", "web");
  }

  @AfterEach
  void stop() {
    control.close();
  }

  private JsonNode ok(int status, String method, String path, String body) throws Exception {
    HttpResponse<String> got = control.call(method, path, body);
    assertThat(got.statusCode()).as(got.body()).isEqualTo(status);
    return control.parse(got);
  }

  private boolean accepted(String secret) {
    return control.directory.keyRing().check(secret) instanceof KeyCheck.Accepted;
  }

  @Test
  void anOrganizationIsChangedAgreedWithSuspendedAndResumed() throws Exception {
    JsonNode changed =
        ok(
            200,
            "PATCH",
            LAB,
            "{\"display_name\":\"Le Labo\",\"uai\":\"0350936C\",\"contacts\":"
                + "[{\"name\":\"Ada\",\"email\":\"ada@lab.example\"}]}");
    assertThat(changed.path("version").asInt()).isEqualTo(2);
    assertThat(changed.path("contacts").path(0).path("email").asText())
        .isEqualTo("ada@lab.example");
    JsonNode agreed = ok(200, "PATCH", LAB + "/agreement", "{\"share\":4}");
    assertThat(agreed.path("share").asInt()).isEqualTo(4);
    assertThat(agreed.path("display_name").asText()).isEqualTo("Le Labo");
    assertThat(ok(200, "PATCH", LAB, "{\"display_name\":\"\"}").has("display_name")).isFalse();
    String secret = ok(201, "POST", "/api/v1/keys", wish("")).path("secret").asText();
    ok(400, "POST", LAB + "/suspend", "{}");
    ok(200, "POST", LAB + "/suspend", "{\"why\":\"unpaid\"}");
    assertThat(accepted(secret)).isFalse();
    assertThat(ok(200, "GET", LAB, "").path("suspended_why").asText()).isEqualTo("unpaid");
    ok(200, "POST", LAB + "/resume", "");
    assertThat(accepted(secret)).isTrue();
    ok(400, "PATCH", LAB, "{\"siren\":\"123456789\"}");
    ok(400, "PATCH", LAB, "{\"kind\":\"beneficiary\"}");
    ok(404, "GET", "/api/v1/organizations/none", "");
    ok(404, "PATCH", "/api/v1/organizations/none", "{}");
  }

  private static String wish(String more) {
    return "{\"organization\":\"lab\",\"project\":\"web\"" + more + "}";
  }

  @Test
  void aKeyIsChangedAndRotatedAndTakesEffectAtOnce() throws Exception {
    JsonNode made = ok(201, "POST", "/api/v1/keys", wish(",\"models\":[\"a\"]"));
    String id = made.at("/key/id").asText();
    String secret = made.path("secret").asText();
    ok(
        200,
        "PATCH",
        "/api/v1/keys/" + id,
        "{\"models\":[\"mistral-*\"],\"max_class\":\"batch\","
            + "\"class\":\"batch\",\"required_labels\":[\"hds\"]}");
    KeyCheck.Accepted good = (KeyCheck.Accepted) control.directory.keyRing().check(secret);
    assertThat(good.caller().grants().permits("a")).isFalse();
    assertThat(good.caller().grants().permits("mistral-small")).isTrue();
    assertThat(good.caller().grants().requiredLabels()).containsExactly("hds");
    JsonNode next = ok(201, "POST", "/api/v1/keys/" + id + "/rotate", "{\"overlap\":\"0h\"}");
    assertThat(accepted(secret)).isFalse();
    assertThat(accepted(next.path("secret").asText())).isTrue();
    JsonNode old = ok(200, "GET", "/api/v1/keys/" + id, "");
    assertThat(old.path("successor").asText()).isEqualTo(next.at("/key/id").asText());
    assertThat(old.path("state").asText()).isEqualTo("expired");
    ok(409, "POST", "/api/v1/keys/" + id + "/rotate", "{}");
    ok(404, "GET", "/api/v1/keys/000000000000", "");
  }

  @Test
  void keysComeByPages() throws Exception {
    for (int i = 0; i < 5; i++) {
      ok(201, "POST", "/api/v1/keys", wish(""));
    }
    List<String> ids = new ArrayList<>();
    String path = "/api/v1/keys?limit=2";
    JsonNode page = ok(200, "GET", path, "");
    page.path("items").forEach(item -> ids.add(item.path("id").asText()));
    while (page.has("next")) {
      page = ok(200, "GET", path + "&after=" + page.path("next").asText(), "");
      page.path("items").forEach(item -> ids.add(item.path("id").asText()));
    }
    assertThat(ids).hasSize(5).doesNotHaveDuplicates();
    ok(400, "GET", path + "&after=forged", "");
    ok(400, "GET", "/api/v1/keys?limit=0", "");
  }

  @Test
  void entitlementsAreGrantedAndEndedAndRequestsAreNotOnesOwnToApprove() throws Exception {
    String terms = "\"terms\":{\"models\":[\"mistral-*\"],\"until\":\"30d\"}";
    JsonNode granted =
        ok(201, "POST", "/api/v1/entitlements", "{\"organization\":\"lab\"," + terms + "}");
    assertThat(granted.path("state").asText()).isEqualTo("active");
    String entitlement = "/api/v1/entitlements/" + granted.path("id").asText();
    assertThat(ok(200, "POST", entitlement + "/end", "{}").path("state").asText())
        .isEqualTo("ended");
    String asked = "{\"organization\":\"lab\",\"purpose\":\"a course\"," + terms + "}";
    JsonNode draft = ok(201, "POST", "/api/v1/access-requests", asked);
    String request = "/api/v1/access-requests/" + draft.path("id").asText();
    ok(409, "POST", request + "/approve", "{\"reason\":\"x\"}");
    ok(200, "POST", request + "/submit", "");
    ok(403, "POST", request + "/approve", "{\"reason\":\"mine\"}");
    assertThat(ok(200, "POST", request + "/withdraw", "").path("state").asText())
        .isEqualTo("withdrawn");
    ok(400, "POST", "/api/v1/entitlements", "{\"organization\":\"lab\"}");
  }

  @Test
  void projectsAreArchivedAndTheAuditLogTellsOfAllOfIt() throws Exception {
    String web = LAB + "/projects/web";
    ok(200, "PATCH", web, "{\"purpose\":\"a chat\"}");
    ok(200, "POST", web + "/archive", "");
    ok(409, "POST", "/api/v1/keys", wish(""));
    ok(200, "POST", web + "/restore", "");
    JsonNode lines = ok(200, "GET", "/api/v1/audit?organization=lab&action=project", "");
    assertThat(lines.path("items").findValuesAsText("action"))
        .containsExactly("project.restore", "project.archive", "project.change", "project.create");
    JsonNode verdict = ok(200, "GET", "/api/v1/audit/verify", "");
    assertThat(verdict.path("whole").asBoolean()).isTrue();
    assertThat(verdict.path("entries").asInt()).isEqualTo(5);
  }
}
