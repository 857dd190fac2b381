package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.archipel.directory.Caller;
import org.archipel.directory.access.Person;
import org.archipel.directory.access.Role;
import org.archipel.directory.access.RoleGrant;
import org.archipel.directory.access.Scope;
import org.archipel.directory.quota.Demanded;
import org.archipel.directory.quota.Reservation;
import org.archipel.directory.quota.Used;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.archipel.storage.Actor;
import org.awaitility.Awaitility;

/** The things that the operations of the matrix are about, in each of some organizations. */
final class MatrixFixtures {
  private static final String LIMITS = "{\"limits\":{\"tokens_per_month\":100}}";
  private static final String TERMS = "\"terms\":{\"models\":[\"*\"],\"until\":\"2027-07-31\"}";
  private static final String SERVED = "served";

  private final RunningControl control;
  private final Map<String, UUID> records = new HashMap<>();
  private int drawn;

  MatrixFixtures(RunningControl control, List<String> organizations) throws Exception {
    this.control = control;
    post("/api/v1/models", "{\"id\":\"" + SERVED + "\"}");
    for (String organization : organizations) {
      control.directory.createOrganization(Actor.token(), organization);
      control.directory.createProject(Actor.token(), organization, "chat");
      control.directory.createProject(Actor.token(), organization, "other");
      grant(organization);
      exhaust(organization);
      entitlement(organization);
      request(organization);
      census(organization);
      post("/api/v1/statements/" + organization + "/2026-10/close", "");
      UUID record = new UUID(0x7000, 0x8000_0000_0000_0000L + drawn++);
      records.put(organization, record);
      control.ledger.journal().append(record(record, organization));
    }
    Awaitility.await()
        .until(
            () -> {
              control.ledger.catchUp(Duration.ofSeconds(5));
              return control.get("/api/v1/usage?by=organization").path("items").size()
                      == organizations.size()
                  && control.get("/api/v1/events").path("items").size() == 2 * organizations.size();
            });
  }

  private String post(String path, String body) throws Exception {
    HttpResponse<String> made = control.call("POST", path, body);
    assertThat(made.statusCode()).as(path + ": " + made.body()).isIn(200, 201);
    return control.parse(made).path("id").asText();
  }

  private RoleGrant grant(String organization) {
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

  private String quota(String organization) throws Exception {
    String id = "key:" + key(organization);
    assertThat(control.call("PUT", "/api/v1/quotas/" + id, LIMITS).statusCode()).isEqualTo(200);
    return id;
  }

  /** A key with a budget, which is at its end. */
  private void exhaust(String organization) throws Exception {
    String key = quota(organization).substring("key:".length());
    Caller caller = new Caller(key, organization, "chat");
    long now = RunningControl.NOW.toEpochMilli();
    Object admission = control.quotas.reserve(caller, "m", new Demanded(100, 0, 0), now);
    control.quotas.settle((Reservation) admission, new Used(100, 0, 0));
  }

  private String entitlement(String organization) throws Exception {
    return post(
        "/api/v1/entitlements", "{\"organization\":\"" + organization + "\"," + TERMS + "}");
  }

  private String request(String organization) throws Exception {
    return post(
        "/api/v1/access-requests",
        "{\"organization\":\""
            + organization
            + "\",\"project\":\"chat\",\"purpose\":\"a test\","
            + TERMS
            + "}");
  }

  private String census(String organization) throws Exception {
    return post(
        "/api/v1/organizations/" + organization + "/census",
        "{\"kind\":\"declared\",\"device\":\"l40s\",\"count\":1}");
  }

  private String model() throws Exception {
    return post("/api/v1/models", "{\"id\":\"model-" + drawn++ + "\"}");
  }

  /** Nothing answers there, and nothing is asked of it. */
  private String engine(String organization) throws Exception {
    String id = "engine-" + drawn++;
    post(
        "/api/v1/engines",
        """
        {"id":"%s","url":"http://127.0.0.1:1","type":"vllm","models":[{"model":"%s"}],
         "owner":"%s","unchecked":true}\
        """
            .formatted(id, SERVED, organization));
    return id;
  }

  private static UsageRecord record(UUID id, String organization) {
    Instant at = RunningControl.NOW.minusSeconds(60);
    return new UsageRecord(
        id,
        at,
        "a-request",
        "rennes",
        new UsageRecord.Charged(organization, "chat", "key-of-the-test"),
        SERVED,
        Optional.of(new UsageRecord.Place("gpu1", "univ-rennes")),
        "/v1/chat/completions",
        false,
        UsageOutcome.COMPLETED,
        200,
        Optional.empty(),
        new UsageRecord.Tokens(1000, 0, 50, false),
        new UsageRecord.Timing(1500, 2000, 900_000),
        1,
        1,
        1,
        "interactive",
        Optional.empty(),
        0,
        800_000,
        Optional.empty());
  }

  /**
   * The path and the body of a call, about things of the organization that are made for it: the
   * call before may have ended what there was.
   */
  String[] filled(String operation, String path, String body, String organization)
      throws Exception {
    reopen(operation, organization);
    Map<String, String> names = new HashMap<>();
    names.put("organization", organization);
    names.put("project", "chat");
    names.put("month", "2026-10");
    names.put("provider", "none");
    names.put("mark", "label:hds");
    control.trust.founded(!operation.equals("foundConsortium"));
    names.put("entity", control.trust.entity());
    if (path.startsWith("/api/v1/peers")) {
      names.put("site", PeerFixture.SITE);
      names.put("sequence", control.peers.dispute());
    } else if (path.contains("{site}")) {
      names.put("site", control.trust.member(operation.equals("resumeMember")));
    }
    names.put("token", "none");
    names.put("record", records.getOrDefault(organization, new UUID(0, 0)).toString());
    if (path.contains("{person}") || path.contains("{grant}")) {
      RoleGrant grant = grant(organization);
      names.put("person", grant.person());
      names.put("grant", grant.id());
    }
    if (body.contains("{key}")) {
      names.put("key", key(organization));
    }
    if (path.contains("{id}")) {
      names.put("id", id(operation, path, organization));
    }
    String[] filled = {path, body.replace("\"new\"", "\"new-" + drawn++ + "\"")};
    for (Map.Entry<String, String> name : names.entrySet()) {
      for (int i = 0; i < filled.length; i++) {
        filled[i] = filled[i].replace("{" + name.getKey() + "}", name.getValue());
      }
    }
    assertThat(filled[0]).as("fixtures for %s", operation).doesNotContain("{");
    return filled;
  }

  private String id(String operation, String path, String organization) throws Exception {
    return switch (path.substring(0, path.indexOf("/{id}"))) {
      case "/api/v1/keys" -> key(organization);
      case "/api/v1/quotas" -> quota(organization);
      case "/api/v1/entitlements" -> entitlement(organization);
      case "/api/v1/access-requests" -> requestFor(operation, organization);
      case "/api/v1/tariffs" ->
          post("/api/v1/tariffs", "{\"model\":\"model-" + drawn++ + "\",\"prompt\":1}");
      case "/api/v1/census" -> census(organization);
      case "/api/v1/models" -> model();
      case "/api/v1/engines" -> engine(organization);
      case "/api/v1/usage/requests" ->
          Optional.ofNullable(records.get(organization)).orElseThrow().toString();
      default -> throw new AssertionError(operation + ": no fixture for " + path);
    };
  }

  /** Votes are for what was submitted. */
  private String requestFor(String operation, String organization) throws Exception {
    String id = request(organization);
    if (operation.equals("approveAccessRequest") || operation.equals("refuseAccessRequest")) {
      post("/api/v1/access-requests/" + id + "/submit", "");
    }
    return id;
  }

  /** Undoes what stops an organization or its project, and does what the operation undoes. */
  private void reopen(String operation, String organization) {
    var organizations = control.directory.organizations();
    var projects = control.directory.projects();
    Actor actor = Actor.token();
    OptionalLong any = OptionalLong.empty();
    boolean suspended = organizations.find(organization).orElseThrow().suspension().isPresent();
    boolean suspend = operation.equals("resumeOrganization");
    if (suspended && !suspend) {
      organizations.resume(actor, organization, any);
    } else if (suspend && !suspended) {
      organizations.suspend(actor, organization, any, "a test");
    }
    boolean archived = projects.find(organization, "chat").orElseThrow().archivedAt().isPresent();
    boolean archive = operation.equals("restoreProject");
    if (archived && !archive) {
      projects.restore(actor, organization, "chat", any);
    } else if (archive && !archived) {
      projects.archive(actor, organization, "chat", any);
    }
  }
}
