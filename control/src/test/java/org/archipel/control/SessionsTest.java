package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.archipel.directory.access.Person;
import org.archipel.directory.access.Role;
import org.archipel.directory.access.RoleGrant;
import org.archipel.directory.access.Scope;
import org.archipel.storage.Actor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Browsers with a session: cookies, forged changes, one-time links, versions and pages. */
final class SessionsTest {
  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  @BeforeEach
  void start() {
    control = new RunningControl(folder, new FixedCatalog());
  }

  @AfterEach
  void stop() {
    control.close();
  }

  private String link() throws Exception {
    HttpResponse<String> made = control.call("POST", "/api/v1/console-links", "");
    assertThat(made.statusCode()).isEqualTo(201);
    String url = control.parse(made).path("url").asText();
    assertThat(url).startsWith("http://127.0.0.1:8081/auth/once/");
    return url.replaceFirst("http://[^/]+", "");
  }

  @Test
  void aLinkSignsTheAdministratorInOnce() throws Exception {
    String link = link();
    HttpResponse<String> used = control.send("GET", link, "");
    assertThat(used.statusCode()).isEqualTo(303);
    String cookie = used.headers().firstValue("set-cookie").orElseThrow();
    assertThat(cookie)
        .matches("archipel-session=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax");
    String session = cookie.replaceFirst("archipel-session=([^;]+);.*", "$1");
    JsonNode me = control.parse(control.send("GET", "/api/v1/me", "", TestAccess.headers(session)));
    assertThat(me.path("administrator").asBoolean()).isTrue();
    assertThat(me.path("csrf_token").asText()).isEqualTo(Cookies.csrfToken(session));
    assertThat(control.send("GET", link, "").statusCode()).isEqualTo(401);
    assertThat(control.send("GET", "/auth/once/guessed", "").statusCode()).isEqualTo(401);
  }

  @Test
  void aSessionThatWasThereBeforeIsNotTakenOver() throws Exception {
    String before = control.access.parts.sessions().openForAdministrator();
    HttpResponse<String> used =
        control.send("GET", link(), "", "cookie", "archipel-session=" + before);
    assertThat(used.headers().firstValue("set-cookie").orElseThrow()).doesNotContain(before);
    assertThat(control.send("GET", "/api/v1/me", "", TestAccess.headers(before)).statusCode())
        .isEqualTo(401);
    String chosen = "A".repeat(43);
    assertThat(control.send("GET", "/api/v1/me", "", TestAccess.headers(chosen)).statusCode())
        .isEqualTo(401);
  }

  @Test
  void aChangeByAnotherSitesPageIsRefused() throws Exception {
    String session = control.access.parts.sessions().openForAdministrator();
    String cookie = "archipel-session=" + session;
    String path = "/api/v1/organizations";
    String body = "{\"name\":\"insa\"}";
    List<String[]> forged =
        List.of(
            new String[] {"cookie", cookie},
            new String[] {"cookie", cookie, "x-csrf-token", "wrong"},
            new String[] {
              "cookie",
              cookie,
              "x-csrf-token",
              Cookies.csrfToken(session),
              "sec-fetch-site",
              "cross-site"
            });
    for (String[] headers : forged) {
      HttpResponse<String> refused = control.send("POST", path, body, headers);
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("urn:archipel:problem:csrf");
    }
    assertThat(control.directory.organizations().none()).isTrue();
    assertThat(control.send("POST", path, body, TestAccess.headers(session)).statusCode())
        .isEqualTo(201);
  }

  @Test
  void aRevokedRoleEndsAtOnceAndAnOldVersionIsRefused() throws Exception {
    Person person = control.access.person("a");
    RoleGrant grant =
        control
            .access
            .parts
            .persons()
            .grant(Actor.token(), person.id(), Role.SITE_OPERATOR, Scope.site());
    String[] browser = control.access.browser(person);
    assertThat(control.send("GET", "/api/v1/engines", "", browser).statusCode()).isEqualTo(200);
    String path = "/api/v1/roles/" + grant.id();
    String bearer = "Bearer " + RunningControl.TOKEN;
    assertThat(
            control
                .send("DELETE", path, "", "authorization", bearer, "if-match", "\"7\"")
                .statusCode())
        .isEqualTo(412);
    assertThat(
            control.send("DELETE", path, "", "authorization", bearer, "if-match", "7").statusCode())
        .isEqualTo(400);
    assertThat(
            control
                .send("DELETE", path, "", "authorization", bearer, "if-match", "\"1\"")
                .statusCode())
        .isEqualTo(200);
    assertThat(control.send("GET", "/api/v1/engines", "", browser).statusCode()).isEqualTo(403);
  }

  @Test
  void pagesFollowOneAnotherAndHoldEverybodyOnce() throws Exception {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 7; i++) {
      made.add(control.access.person("person " + i).id());
    }
    Set<String> seen = new HashSet<>();
    String path = "/api/v1/persons?limit=3";
    int pages = 0;
    while (!path.isEmpty()) {
      HttpResponse<String> got = control.call("GET", path, "");
      control.parse(got).path("items").forEach(item -> seen.add(item.path("id").asText()));
      path =
          got.headers()
              .firstValue("link")
              .map(link -> link.replaceFirst("<([^>]+)>; rel=\"next\"", "$1"))
              .orElse("");
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    assertThat(seen).isEqualTo(made);
    for (String wrong : List.of("limit=0", "limit=1001", "limit=x", "after=x")) {
      assertThat(control.call("GET", "/api/v1/persons?" + wrong, "").statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
  }

  @Test
  void aNameFromAProviderIsDataAndNothingElse() throws Exception {
    String text = "<script>alert(1)</script>\u0000\u202e'; DROP TABLE--";
    Person hostile = control.access.person("h'; DROP TABLE person--", text);
    assertThatThrownBy(() -> control.access.person(text)).hasMessageContaining("subject: unusable");
    HttpResponse<String> got = control.call("GET", "/api/v1/persons/" + hostile.id(), "");
    assertThat(got.headers().firstValue("content-type").orElse("")).contains("application/json");
    assertThat(got.headers().firstValue("x-content-type-options")).contains("nosniff");
    String name = control.parse(got).path("display_name").asText();
    assertThat(name).startsWith("<script>").doesNotContain("\u0000", "\u202e");
    assertThat(control.access.parts.persons().find(hostile.id())).isPresent();
  }
}
