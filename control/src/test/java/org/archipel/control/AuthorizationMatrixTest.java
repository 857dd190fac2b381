package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.archipel.directory.Caller;
import org.archipel.directory.access.Person;
import org.archipel.directory.access.Role;
import org.archipel.directory.access.RoleGrant;
import org.archipel.directory.access.Scope;
import org.archipel.directory.quota.Demanded;
import org.archipel.directory.quota.Reservation;
import org.archipel.directory.quota.Used;
import org.archipel.storage.Actor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation of the description, as every role, on the own and on another organization. An
 * operation without an expectation fails: whoever adds a route says here who may call it.
 */
final class AuthorizationMatrixTest {
  private static final String OWN = "own-university";
  private static final String FOREIGN = "foreign-university";

  /**
   * By operation: who may do it in the own organization, and who in another. C consortium-admin, S
   * site-operator, O organization-admin, P project-member, A auditor of the own organization, N
   * nobody in particular (signed in, without a role); {@code -} nobody, {@code *} open to all.
   */
  private static final String EXPECTED =
      """
      getDescription              *       *
      getLiveness                 *       *
      getReadiness                *       *
      getMetrics                  *       *
      useConsoleLink              *       *
      listProviders               *       *
      beginSignIn                 *       *
      endSignIn                   *       *
      backChannelLogout           *       *
      getMe                       CSOPAN  CSOPAN
      logout                      CSOPAN  CSOPAN
      createConsoleLink           -       -
      getSite                     CSOPA   CSOPA
      listModels                  CSOPA   CSOPA
      listEngines                 CS      CS
      getQueue                    CS      CS
      getUsage                    CS      CS
      listOrganizations           CSOPA   CS
      createOrganization          CS      CS
      listProjectsOfOrganization  CSOPA   CS
      createProject               SO      S
      listProjects                CSOPA   CS
      listKeys                    CSOPA   CS
      createKey                   SOP     S
      revokeKey                   SOP     S
      listQuotas                  CSOPA   CS
      setQuotaLimits              SO      S
      getQuota                    CSOPA   CS
      putQuota                    SO      S
      removeQuota                 SO      S
      listEvents                  CSOPA   CS
      listPersons                 CSOA    CS
      getPerson                   CSOA    CS
      grantRole                   CSO     CS
      revokeRole                  CSO     CS
      """;

  private static final String LIMITS = "\"limits\":{\"tokens_per_month\":100}";

  /** What is sent, where something must be. */
  private static final Map<String, String> BODIES =
      Map.of(
          "createOrganization",
          "{\"name\":\"new\"}",
          "setQuotaLimits",
          "{\"key\":\"{key}\"," + LIMITS + "}",
          "putQuota",
          "{" + LIMITS + "}",
          "createProject",
          "{\"name\":\"new\"}",
          "createKey",
          "{\"organization\":\"{organization}\",\"project\":\"chat\"}",
          "grantRole",
          "{\"role\":\"auditor\",\"scope\":\"organization\","
              + "\"organization\":\"{organization}\"}");

  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  private final Map<Character, Person> callers = new LinkedHashMap<>();
  private int drawn;

  @BeforeEach
  void start() {
    control = new RunningControl(folder, new FixedCatalog());
    for (String organization : List.of(OWN, FOREIGN)) {
      control.directory.createOrganization(Actor.token(), organization);
      control.directory.createProject(Actor.token(), organization, "chat");
      control.directory.createProject(Actor.token(), organization, "other");
      person(organization);
      key(organization);
    }
    Scope.Organization own = new Scope.Organization(OWN);
    callers.put('C', holder("c", Role.CONSORTIUM_ADMIN, Scope.consortium()));
    callers.put('S', holder("s", Role.SITE_OPERATOR, Scope.site()));
    callers.put('O', holder("o", Role.ORGANIZATION_ADMIN, own));
    callers.put('P', holder("p", Role.PROJECT_MEMBER, new Scope.Project(OWN, "chat")));
    callers.put('A', holder("a", Role.AUDITOR, own));
    callers.put('N', control.access.person("n"));
  }

  @AfterEach
  void stop() {
    control.close();
  }

  private Person holder(String subject, Role role, Scope scope) {
    Person person = control.access.person(subject);
    control.access.parts.persons().grant(Actor.token(), person.id(), role, scope);
    return person;
  }

  /** Each time a new session: one of the routes ends them. */
  private String[] caller(char letter) {
    return control.access.browser(Optional.ofNullable(callers.get(letter)).orElseThrow());
  }

  private RoleGrant person(String organization) {
    Person person = control.access.person("somebody " + drawn++);
    return control
        .access
        .parts
        .persons()
        .grant(
            Actor.token(),
            person.id(),
            Role.PROJECT_MEMBER,
            new Scope.Project(organization, "chat"));
  }

  private String key(String organization) {
    return control
        .directory
        .createKey(Actor.token(), organization, "chat", Optional.empty(), Optional.empty())
        .key()
        .id();
  }

  /** A key with a budget, which is at its end. */
  private void exhaust(String organization) throws Exception {
    String key = key(organization);
    limit(key);
    Caller caller = new Caller(key, organization, "chat");
    long now = RunningControl.NOW.toEpochMilli();
    Object admission = control.quotas.reserve(caller, "m", new Demanded(100, 0, 0), now);
    control.quotas.settle((Reservation) admission, new Used(100, 0, 0));
  }

  private void limit(String key) throws Exception {
    assertThat(control.call("PUT", "/api/v1/quotas/key:" + key, "{" + LIMITS + "}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void everyRouteLetsInWhomItShouldAndNobodyElse() throws Exception {
    Map<String, String[]> expected =
        EXPECTED
            .lines()
            .map(line -> line.strip().split(" +"))
            .collect(Collectors.toMap(row -> row[0], row -> row));
    exhaust(OWN);
    exhaust(FOREIGN);
    Awaitility.await().until(() -> control.get("/api/v1/events").path("items").size() == 4);
    JsonNode document = control.get("/api/openapi.json");
    List<String> faults = new ArrayList<>();
    List<String> met = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        String id = method.getValue().path("operationId").asText();
        met.add(id);
        String[] row = expected.get(id);
        if (row == null) {
          faults.add(id + ": no expectation");
          continue;
        }
        Route route =
            new Route(
                id, method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue());
        faults.addAll(check(route, row[1], row[2]));
      }
    }
    assertThat(faults).isEmpty();
    assertThat(met).containsExactlyInAnyOrderElementsOf(expected.keySet());
  }

  private record Route(String id, String method, String path, JsonNode operation) {
    boolean isList() {
      return operation.path("x-archipel-concern").asText().equals("listed") && !path.contains("{");
    }
  }

  private List<String> check(Route route, String own, String foreign) throws Exception {
    if (own.equals("*")) {
      int status = call(route, OWN, new String[0]).statusCode();
      boolean open = route.operation.path("security").isEmpty() || status == 200;
      return open ? List.of() : List.of(route.id + ": not open: " + status);
    }
    List<String> faults = new ArrayList<>();
    if (call(route, OWN, new String[0]).statusCode() != 401) {
      faults.add(route.id + ": lets strangers in");
    }
    for (char letter : callers.keySet()) {
      boolean mayOwn = own.indexOf(letter) >= 0;
      boolean mayForeign = foreign.indexOf(letter) >= 0;
      if (route.isList()) {
        HttpResponse<String> got = call(route, OWN, caller(letter));
        boolean fits =
            mayOwn
                ? got.statusCode() == 200
                    && got.body().contains(OWN)
                    && got.body().contains(FOREIGN) == mayForeign
                : got.statusCode() == 403;
        if (!fits) {
          faults.add(route.id + " as " + letter + ": " + got.statusCode() + " " + got.body());
        }
      } else {
        judge(route, OWN, letter, mayOwn).ifPresent(faults::add);
        judge(route, FOREIGN, letter, mayForeign).ifPresent(faults::add);
      }
    }
    return faults;
  }

  private Optional<String> judge(Route route, String organization, char letter, boolean may)
      throws Exception {
    HttpResponse<String> got = call(route, organization, caller(letter));
    boolean refused = Set.of(401, 403, 404).contains(got.statusCode());
    boolean broken = got.statusCode() >= 500;
    return refused == may || broken
        ? Optional.of(
            "%s as %s in %s: %d (expected: %s)"
                .formatted(route.id, letter, organization, got.statusCode(), may ? "yes" : "no"))
        : Optional.empty();
  }

  /** Things are made anew for each call: the one before may have ended them. */
  private HttpResponse<String> call(Route route, String organization, String[] headers)
      throws Exception {
    String path = route.path.replace("{organization}", organization).replace("{project}", "chat");
    if (path.contains("{person}") || path.contains("{grant}")) {
      RoleGrant grant = person(organization);
      path = path.replace("{person}", grant.person()).replace("{grant}", grant.id());
    }
    String key = key(organization);
    if (path.contains("/quotas/{id}")) {
      limit(key);
      path = path.replace("{id}", "key:" + key);
    }
    path = path.replace("{id}", key);
    path = path.replace("{token}", "none").replace("{provider}", "none");
    String body = BODIES.getOrDefault(route.id, "").replace("{organization}", organization);
    body = body.replace("{key}", key);
    body = body.replace("\"new\"", "\"new-" + drawn++ + "\"");
    assertThat(path).as("fixtures for %s", route.id).doesNotContain("{");
    return control.send(route.method, path, body, headers);
  }

  @Test
  void noRoleLetsAnybodyGrantMoreThanItHas() throws Exception {
    Person other = control.access.person("other");
    String path = "/api/v1/persons/" + other.id() + "/roles";
    String[] operator = caller('S');
    String[] admin = caller('O');
    String consortium = "{\"role\":\"consortium-admin\",\"scope\":\"consortium\"}";
    String site = "{\"role\":\"site-operator\",\"scope\":\"site\"}";
    assertThat(control.send("POST", path, consortium, operator).statusCode()).isEqualTo(403);
    assertThat(control.send("POST", path, site, admin).statusCode()).isEqualTo(403);
    assertThat(control.send("POST", path, site, operator).statusCode()).isEqualTo(201);
    String mismatch =
        "{\"role\":\"site-operator\",\"scope\":\"organization\",\"organization\":\"%s\"}";
    assertThat(control.send("POST", path, mismatch.formatted(OWN), admin).statusCode())
        .isEqualTo(400);
  }

  @Test
  void rolesElsewhereAreNotShown() throws Exception {
    Person both = control.access.person("both");
    for (String organization : List.of(OWN, FOREIGN)) {
      Scope scope = new Scope.Organization(organization);
      control.access.parts.persons().grant(Actor.token(), both.id(), Role.AUDITOR, scope);
    }
    for (String path : List.of("/api/v1/persons", "/api/v1/persons/" + both.id())) {
      assertThat(control.send("GET", path, "", caller('O')).body())
          .contains(both.id(), OWN)
          .doesNotContain(FOREIGN);
    }
    assertThat(
            Arrays.asList(
                control
                    .send("GET", "/api/v1/persons?organization=" + FOREIGN, "", caller('O'))
                    .statusCode()))
        .containsExactly(403);
  }
}
