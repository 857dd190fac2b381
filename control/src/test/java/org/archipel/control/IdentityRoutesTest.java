package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.NewKey;
import org.archipel.directory.UserProof;
import org.archipel.directory.access.Person;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditFilter;
import org.archipel.storage.PageRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes that say who is behind a request, and who may not be. */
final class IdentityRoutesTest {
  private static final String SECRET = "shared-with-open-webui-0123456789";

  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  @SuppressWarnings("NullAway.Init")
  private NewKey key;

  @BeforeEach
  void start() {
    control = new RunningControl(folder, new FixedCatalog());
    control.directory.createOrganization(Actor.token(), "insa");
    control.directory.createProject(Actor.token(), "insa", "chat");
    key =
        control.directory.createKey(
            Actor.token(), "insa", "chat", Optional.empty(), Optional.empty());
  }

  @AfterEach
  void stop() {
    control.close();
  }

  private Optional<UserProof> proof() {
    KeyCheck check = control.directory.keyRing().check(key.secret());
    return ((KeyCheck.Accepted) check).caller().userProof();
  }

  private String path() {
    return "/api/v1/keys/" + key.key().id();
  }

  @Test
  void aSecretIsDrawnAndShownOnceOrTakenAndNeverShown() throws Exception {
    JsonNode drawn = control.parse(control.call("PUT", path() + "/user-secret", "{}"));
    assertThat(drawn.path("secret").asText()).matches("[0-9a-f]{64}");
    assertThat(drawn.at("/key/user_secret").asText()).isEqualTo("optional");
    String wish = "{\"secret\":\"" + SECRET + "\",\"required\":true}";
    HttpResponse<String> taken = control.call("PUT", path() + "/user-secret", wish);
    assertThat(taken.statusCode()).isEqualTo(200);
    assertThat(taken.body()).doesNotContain(SECRET);
    assertThat(proof()).get().extracting(UserProof::required).isEqualTo(true);
    assertThat(control.get(path()).path("user_secret").asText()).isEqualTo("required");
    String log =
        control.parts.rooms().audit().entries(AuditFilter.ALL, PageRequest.FIRST).toString();
    assertThat(log)
        .contains("user_secret")
        .doesNotContain(SECRET, drawn.path("secret").asText(), proof().orElseThrow().sealed());
  }

  @Test
  void itStaysWhenTheKeyChangesAndGoesWhenItIsRemoved() throws Exception {
    control.call("PUT", path() + "/user-secret", "{}");
    Optional<UserProof> set = proof();
    assertThat(set).isPresent();
    assertThat(control.call("PATCH", path(), "{\"purpose\":\"chat\"}").statusCode()).isEqualTo(200);
    assertThat(proof()).isEqualTo(set);
    HttpResponse<String> stale =
        control.send(
            "DELETE",
            path() + "/user-secret",
            "",
            "authorization",
            "Bearer " + RunningControl.TOKEN,
            "if-match",
            "\"1\"");
    assertThat(stale.statusCode()).isEqualTo(412);
    assertThat(control.call("DELETE", path() + "/user-secret", "").statusCode()).isEqualTo(200);
    assertThat(proof()).isEmpty();
    assertThat(control.get(path()).has("user_secret")).isFalse();
    String bad = "{\"secret\":\"short\"}";
    assertThat(control.call("PUT", path() + "/user-secret", bad).statusCode()).isEqualTo(400);
  }

  @Test
  void aSuspendedPersonsSessionEndsAtOnceAndGoesOnAfterwards() throws Exception {
    Person ada = control.access.person("ada");
    String[] browser = control.access.browser(ada);
    String person = "/api/v1/persons/" + ada.id();
    assertThat(control.send("GET", "/api/v1/me", "", browser).statusCode()).isEqualTo(200);
    JsonNode stopped = control.parse(control.call("POST", person + "/suspend", ""));
    assertThat(stopped.path("pseudonym").asText()).isEqualTo(ada.pseudonym());
    assertThat(control.send("GET", "/api/v1/me", "", browser).statusCode()).isEqualTo(401);
    assertThat(control.get(person).path("suspended").asBoolean()).isTrue();
    assertThat(
            control.call("POST", "/api/v1/persons/" + ada.pseudonym() + "/resume", "").statusCode())
        .isEqualTo(200);
    assertThat(control.send("GET", "/api/v1/me", "", browser).statusCode()).isEqualTo(200);
    assertThat(control.call("POST", "/api/v1/persons/nobody/suspend", "").statusCode())
        .isEqualTo(404);
  }
}
