package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.archipel.directory.access.Person;
import org.archipel.directory.access.Role;
import org.archipel.directory.access.Scope;
import org.archipel.storage.Actor;
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

  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  @SuppressWarnings("NullAway.Init")
  private MatrixFixtures fixtures;

  @SuppressWarnings("NullAway.Init")
  private FakeApi api;

  private final Map<Character, Person> callers = new LinkedHashMap<>();

  @BeforeEach
  void start() throws Exception {
    control = new RunningControl(folder);
    api = new FakeApi();
    control.api.set(api.address());
    // Those that are let in end at once.
    api.pieces.addAll(Collections.nCopies(100, FakeApi.END));
    fixtures = new MatrixFixtures(control, List.of(OWN, FOREIGN));
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
    api.close();
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

  /** What the resource says of an operation. */
  private record Row(String id, String own, String foreign, String sent) {
    static Row of(String line) {
      String[] parts = line.split(" +", 4);
      assertThat(parts.length).as(line).isGreaterThanOrEqualTo(3);
      return new Row(parts[0], parts[1], parts[2], parts.length > 3 ? parts[3] : "");
    }
  }

  private static Map<String, Row> rows() throws IOException {
    try (InputStream text =
        AuthorizationMatrixTest.class.getResourceAsStream("authorization-matrix.txt")) {
      return new String(
              Objects.requireNonNull(text, "authorization-matrix.txt").readAllBytes(),
              StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Row::of)
          .collect(Collectors.toMap(Row::id, row -> row));
    }
  }

  @Test
  void everyRouteLetsInWhomItShouldAndNobodyElse() throws Exception {
    Map<String, Row> expected = rows();
    JsonNode document = control.get("/api/openapi.json");
    List<String> faults = new ArrayList<>();
    List<String> met = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        String id = method.getValue().path("operationId").asText();
        met.add(id);
        Row row = expected.get(id);
        if (row == null) {
          faults.add(id + ": no expectation");
          continue;
        }
        Route route =
            new Route(
                row, method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue());
        faults.addAll(check(route));
      }
    }
    assertThat(faults).isEmpty();
    assertThat(met).containsExactlyInAnyOrderElementsOf(expected.keySet());
  }

  private record Route(Row row, String method, String path, JsonNode operation) {
    String id() {
      return row.id;
    }

    boolean isList() {
      return operation.path("x-archipel-concern").asText().equals("listed") && !path.contains("{");
    }
  }

  private List<String> check(Route route) throws Exception {
    String own = route.row.own;
    String foreign = route.row.foreign;
    if (own.equals("*")) {
      int status = call(route, OWN, new String[0]).statusCode();
      boolean open = route.operation.path("security").isEmpty() || status == 200;
      return open ? List.of() : List.of(route.id() + ": not open: " + status);
    }
    List<String> faults = new ArrayList<>();
    if (call(route, OWN, new String[0]).statusCode() != 401) {
      faults.add(route.id() + ": lets strangers in");
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
          faults.add(route.id() + " as " + letter + ": " + got.statusCode() + " " + got.body());
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
    boolean done = got.statusCode() >= 200 && got.statusCode() < 300;
    boolean refused = Set.of(403, 404).contains(got.statusCode());
    return (may ? done : refused)
        ? Optional.empty()
        : Optional.of(
            "%s as %s in %s: %d %s (expected: %s)"
                .formatted(
                    route.id(),
                    letter,
                    organization,
                    got.statusCode(),
                    got.body(),
                    may ? "done" : "refused"));
  }

  private HttpResponse<String> call(Route route, String organization, String[] headers)
      throws Exception {
    boolean query = route.row.sent.startsWith("?");
    String path = query ? route.path + route.row.sent : route.path;
    String body = query ? "" : route.row.sent;
    String[] filled = fixtures.filled(route.id(), path, body, organization);
    return control.send(route.method, filled[0], filled[1], headers);
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
  void quotaOfAWholeOrganizationIsNotForItselfToSet() throws Exception {
    String path = "/api/v1/quotas/organization:" + OWN;
    String limits = "{\"limits\":{\"tokens_per_month\":100}}";
    assertThat(control.send("PUT", path, limits, caller('O')).statusCode()).isEqualTo(403);
    assertThat(control.send("PUT", path, limits, caller('S')).statusCode()).isEqualTo(200);
    assertThat(control.send("DELETE", path, "", caller('O')).statusCode()).isEqualTo(403);
    assertThat(control.send("GET", path, "", caller('O')).statusCode()).isEqualTo(200);
  }

  @Test
  void listOfAnotherOrganizationIsRefusedOutright() throws Exception {
    int lists = 0;
    for (Map.Entry<String, JsonNode> path :
        control.get("/api/openapi.json").path("paths").properties()) {
      JsonNode read = path.getValue().path("get");
      if (!read.path("x-archipel-concern").asText().equals("listed")
          || !read.path("parameters").findValuesAsText("name").contains("organization")
          || path.getKey().contains("{")) {
        continue;
      }
      lists++;
      for (char letter : new char[] {'O', 'A'}) {
        String of = path.getKey() + "?organization=";
        assertThat(control.send("GET", of + FOREIGN, "", caller(letter)).statusCode())
            .as("%s as %s", path.getKey(), letter)
            .isEqualTo(403);
        assertThat(control.send("GET", of + OWN, "", caller(letter)).statusCode())
            .as("%s as %s", path.getKey(), letter)
            .isEqualTo(200);
      }
    }
    assertThat(lists).isGreaterThanOrEqualTo(8);
  }

  @Test
  void auditorOfOneProjectDoesNotSeeWhatIsOfTheWholeOrganization() throws Exception {
    callers.put('J', holder("j", Role.AUDITOR, new Scope.Project(OWN, "chat")));
    for (String path : List.of("/api/v1/census", "/api/v1/census-comparison", "/api/v1/audit")) {
      for (String query : List.of("", "?organization=" + OWN)) {
        HttpResponse<String> got = control.send("GET", path + query, "", caller('J'));
        assertThat(got.body()).as(path + query).doesNotContain(OWN + "\"");
      }
    }
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
