package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.archipel.directory.Allowance;
import org.archipel.directory.AllowedModels;
import org.archipel.directory.Grants;
import org.archipel.directory.KeyTerms;
import org.archipel.directory.Scope;
import org.archipel.engines.ModelKind;
import org.archipel.engines.ModelSpec;
import org.archipel.relay.RelayFixture.Specs;
import org.archipel.scheduling.ServiceClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a caller may not do is refused by name, before any engine hears of it. */
@ExtendWith(LeakCheck.class)
final class PermissionsTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final ModelSpec OTHER =
      new ModelSpec("other", List.of("o"), ModelKind.CHAT, OptionalInt.empty(), List.of());

  private final ScriptedEngine engine = new ScriptedEngine();

  private RelayFixture.Builder with(Grants grants) {
    return RelayFixture.of(engine)
        .models(OTHER)
        .grants(grants)
        .options(options -> options.labels(Set.of("eskemm", "hds")));
  }

  private static Grants grants(AllowedModels models, Set<String> labels, Set<Scope> scopes) {
    return new Grants(models, Optional.empty(), labels, scopes);
  }

  private static Grants only(String... models) {
    return grants(AllowedModels.of(List.of(models)), Set.of(), Set.of(Scope.INFERENCE));
  }

  private static void assertRefused(RawClient.Answer got, String code) {
    assertThat(got.text()).contains("\"code\":\"" + code + "\"");
    assertThat(got.status()).isEqualTo(403);
  }

  @Test
  void aModelIsAllowedByIdWhateverItIsCalledInTheRequest() throws Exception {
    try (RelayFixture relay = with(only("m")).start()) {
      assertThat(relay.client().post(CHAT, "{\"model\":\"nick\"}").answer().status())
          .isEqualTo(200);
      assertRefused(relay.client().post(CHAT, "{\"model\":\"o\"}").answer(), "model_not_allowed");
      assertThat(relay.client().post(CHAT, "{\"model\":\"none\"}").answer().status())
          .isEqualTo(404);
    }
  }

  @Test
  void modelsThatAreNotAllowedAreNotListed() throws Exception {
    try (RelayFixture relay = with(only("oth*")).start()) {
      assertThat(relay.client().get("/v1/models").answer().text())
          .contains("\"other\"")
          .doesNotContain("\"m\"", "\"nick\"");
      assertThat(relay.client().get("/v1/models/m").answer().status()).isEqualTo(404);
      assertThat(relay.client().get("/v1/models/o").answer().status()).isEqualTo(200);
    }
  }

  @Test
  void aKeysLabelsMustBeTheSites() throws Exception {
    Set<Scope> scopes = Set.of(Scope.INFERENCE);
    try (RelayFixture relay = with(grants(AllowedModels.ALL, Set.of("hds"), scopes)).start()) {
      assertThat(relay.client().post(CHAT, "{\"model\":\"m\"}").answer().status()).isEqualTo(200);
    }
    ScriptedEngine unused = new ScriptedEngine();
    Grants demanding = grants(AllowedModels.ALL, Set.of("secnumcloud"), scopes);
    try (RelayFixture relay = RelayFixture.of(unused).grants(demanding).start()) {
      assertRefused(relay.client().post(CHAT, "{\"model\":\"m\"}").answer(), "label_not_available");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"hds|200", "hds, eskemm|200", "''|200", "hds,secnumcloud|403", "HDS|403"})
  void theLabelsThatARequestDemandsMustBeTheSites(String labels, int status) throws Exception {
    try (RelayFixture relay = with(Grants.ALL).start()) {
      RawClient.Answer got =
          relay
              .client()
              .post(CHAT, "{\"model\":\"m\"}", "x-archipel-require: " + labels + "\r\n")
              .answer();
      assertThat(got.status()).as(got.text()).isEqualTo(status);
    }
  }

  @Test
  void aLabelThatOnlyAnEngineHasLeadsThereAndNowhereElse() throws Exception {
    ScriptedEngine labelled = new ScriptedEngine();
    Grants demanding = grants(AllowedModels.ALL, Set.of("secnumcloud"), Set.of(Scope.INFERENCE));
    try (RelayFixture relay =
        RelayFixture.of(engine, labelled)
            .models(OTHER)
            .grants(demanding)
            .engines(spec -> spec.id().equals("e2") ? Specs.labelled(spec, "secnumcloud") : spec)
            .start()) {
      for (int i = 0; i < 5; i++) {
        assertThat(relay.client().post(CHAT, "{\"model\":\"m\"}").answer().status()).isEqualTo(200);
      }
      assertThat(labelled.calls()).hasSize(5);
      assertThat(engine.calls()).isEmpty();
      assertRefused(
          relay.client().post(CHAT, "{\"model\":\"other\"}").answer(), "label_not_available");
    }
  }

  @Test
  void aKeyWithoutTheScopeAsksNoModel() throws Exception {
    Grants reading = grants(AllowedModels.ALL, Set.of(), Set.of(Scope.USAGE_READ));
    try (RelayFixture relay = with(reading).start()) {
      assertRefused(relay.client().post(CHAT, "{\"model\":\"m\"}").answer(), "scope_missing");
      assertRefused(relay.client().get("/v1/models").answer(), "scope_missing");
    }
  }

  @ParameterizedTest
  @CsvSource({"ark-4-secret, 403, organization_suspended", "ark-5-secret, 401, invalid_api_key"})
  void suspendedOrganizationsAndArchivedProjectsAreToldApart(String key, int status, String code)
      throws Exception {
    try (RelayFixture relay = with(Grants.ALL).start()) {
      RawClient.Answer got =
          relay
              .client()
              .send("GET /v1/models HTTP/1.1\r\nhost: x\r\nx-api-key: " + key + "\r\n\r\n")
              .answer();
      assertThat(got.status()).isEqualTo(status);
      assertThat(got.text()).contains("\"code\":\"" + code + "\"").doesNotContain("secret");
    }
  }

  @Test
  void anEntitlementsClassIsTheMostUrgentThatARequestGets() throws Exception {
    RecordingPool pool = new RecordingPool();
    Allowance batch = new Allowance(AllowedModels.ALL, KeyTerms.ServiceClass.BATCH);
    Grants entitled =
        new Grants(
            AllowedModels.ALL, Optional.of(List.of(batch)), Set.of(), Set.of(Scope.INFERENCE));
    try (RelayFixture relay = RelayFixture.of(engine).pool(pool).grants(entitled).start()) {
      String headers = "x-archipel-class: interactive\r\n";
      assertThat(relay.client().post(CHAT, "{\"model\":\"m\"}", headers).answer().status())
          .isEqualTo(200);
      assertThat(pool.demands().getFirst().flow().serviceClass()).isEqualTo(ServiceClass.BATCH);
    }
  }
}
