package org.archipel.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.archipel.control.oidc.ProviderOptions;
import org.archipel.control.oidc.ProviderOptions.Rule;
import org.archipel.directory.access.Role;
import org.archipel.directory.access.SessionLimits;
import org.archipel.directory.quota.Webhook;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineType;
import org.archipel.engines.Hardware;
import org.archipel.engines.ModelKind;
import org.archipel.federation.adverts.ShareRule;
import org.archipel.federation.adverts.ShareRules;
import org.archipel.ledger.RetentionOptions;
import org.archipel.scheduling.ClassRules;
import org.archipel.scheduling.CostWeights;
import org.archipel.scheduling.QueueLimits;
import org.archipel.scheduling.SchedulingOptions;
import org.archipel.scheduling.ServiceClass;
import org.junit.jupiter.api.Test;

/** The defaults of each record, and every key with a value other than its default. */
final class ConfigMappingTest {
  private static final String LEAST =
      """
      site: {id: rennes}
      models:
        - id: m
          engines: [{url: "http://gpu1:8000", type: vllm}]
      """;

  static final String MOST =
      """
      site:
        id: brest
        name: Université de Brest
        organization: ubo
        labels: [secnumcloud, eskemm-data]
      listen:
        api: 127.0.0.1:9080
        control: "[::1]:9081"
        max_body: 1MiB
        max_bodies: 2MiB
      storage:
        data: /var/lib/archipel
        url: sqlite:/srv/a.db
        journal: /srv/journal
      models:
        - id: bge-m3
          aliases: [bge, embedder]
          kind: embedding
          context_window: 8192
          engines:
            - id: big
              url: https://gpu1:8443/v1/
              type: sglang
              model: BAAI/bge-m3
              api_key: ${GPU1_KEY}
              ca: /etc/ca.pem
              owner: insa
              hardware: {device: l40s, count: 2}
              max_concurrency: 7
              priority_scheduling: true
              labels: [hds]
      discover: ["http://gpu2:8000"]
      ledger:
        durability: relaxed
        currency: parts
        retention: {detail: 200d, mode: purge}
      timeouts:
        header: 9s
        body: 4s
        idle: 5s
        connect: 1s
        first_byte: 3m
        between_chunks: 2500ms
        client_stall: 1h
      scheduling:
        max_queue: 6
        max_queue_per_organization: 5
        max_wait: 7s
        inter_token: 90ms
        cost: {cached: 0.2, completion: 3}
        classes:
          interactive: {weight: 60, deadline: 8s, ageing: 9s, external_ceiling: 0.8, local_patience: 1s, affinity_patience: 500ms}
          standard: {weight: 30, deadline: 40s, ageing: 50s, external_ceiling: 0.75, local_patience: 9s, affinity_patience: 4s}
          batch: {weight: 10, deadline: 2h, ageing: 20m, external_ceiling: 0.5, local_patience: 1h, affinity_patience: 9s}
        session_headers: [X-Conversation]
        task_headers: [x-job, x-other-job]
      shutdown:
        grace: 8s
      quotas:
        reserved_completion: 900
      webhooks:
        - url: https://chat.example/hooks/archipel
          secret: ${GPU1_KEY}
      sign_in:
        url: https://console.ubo.example
        session: {idle: 10m, absolute: 8h}
        providers:
          - id: ubo
            name: Université de Brest
            issuer: https://idp.ubo.example/realms/x
            client_id: archipel
            client_secret: ${GPU1_KEY}
            request_scopes: [openid, eduperson]
            scopes: [{scope: univ-brest.fr, organization: ubo}]
            rules: [{claim: groups, value: chat, role: project-member, organization: ubo, project: chat}]
            inference: {audiences: [archipel-api], clients: [open-webui], project: default}
      federation:
        entity: https://rennes.example
        anchor: https://consortium.example/federation
        anchor_keys: '{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}'
        insecure: false
        allowed_hosts: [lille.internal]
        statement_lifetime: 6h
        share:
          - with: [lille, saclay]
            models: [mistral-small]
            organizations: [univ-lille]
            ceiling_percent: 60
          - with: ["*"]
        equivalents:
          - model: mistral-small
            theirs: [mistral-small-fp8]
        receipts_every: 30s
        receipts_grace: 1h
        carbon_g_per_kwh: 32
      """;

  private static Config read(String text) {
    return new ConfigFile("archipel.yaml", Optional.empty(), Map.of("GPU1_KEY", "s3cret"))
        .parse(text);
  }

  @Test
  void siteDefaults() {
    assertThat(read(LEAST).site())
        .isEqualTo(new SiteConfig("rennes", "rennes", "local", List.of()));
  }

  @Test
  void signInDefaults() {
    assertThat(read(LEAST).signIn())
        .isEqualTo(
            new SignInConfig(
                Optional.empty(),
                new SessionLimits(Duration.ofMinutes(30), Duration.ofHours(12)),
                List.of()));
  }

  @Test
  void signInKeys() {
    Rule rule =
        new Rule("groups", "chat", Role.PROJECT_MEMBER, Optional.of("ubo"), Optional.of("chat"));
    ProviderOptions provider =
        new ProviderOptions(
            "ubo",
            "Université de Brest",
            "https://idp.ubo.example/realms/x",
            new ProviderOptions.Client("archipel", "s3cret"),
            List.of("openid", "eduperson"),
            new ProviderOptions.Claims(Map.of("univ-brest.fr", "ubo"), List.of(rule)),
            new ProviderOptions.Inference(
                Set.of("archipel-api"), Set.of("open-webui"), Optional.of("default")));
    assertThat(read(MOST).signIn())
        .isEqualTo(
            new SignInConfig(
                Optional.of(URI.create("https://console.ubo.example")),
                new SessionLimits(Duration.ofMinutes(10), Duration.ofHours(8)),
                List.of(provider)));
    assertThat(provider.toString()).doesNotContain("s3cret");
  }

  @Test
  void siteKeys() {
    assertThat(read(MOST).site())
        .isEqualTo(
            new SiteConfig(
                "brest", "Université de Brest", "ubo", List.of("secnumcloud", "eskemm-data")));
  }

  @Test
  void listenDefaults() {
    assertThat(read(LEAST).listen())
        .isEqualTo(
            new ListenConfig(
                new HostPort("0.0.0.0", 8080),
                new HostPort("127.0.0.1", 8081),
                67_108_864,
                536_870_912));
  }

  @Test
  void listenKeys() {
    assertThat(read(MOST).listen())
        .isEqualTo(
            new ListenConfig(
                new HostPort("127.0.0.1", 9080), new HostPort("::1", 9081), 1_048_576, 2_097_152));
  }

  @Test
  void storageDefaults() {
    assertThat(read(LEAST).storage())
        .isEqualTo(
            new StorageConfig(Path.of("data"), "sqlite:data/archipel.db", Path.of("data/journal")));
  }

  @Test
  void storageKeys() {
    assertThat(read(MOST).storage())
        .isEqualTo(
            new StorageConfig(
                Path.of("/var/lib/archipel"), "sqlite:/srv/a.db", Path.of("/srv/journal")));
  }

  @Test
  void dataIsNextToTheDatabaseUnlessSaid() {
    assertThat(read(LEAST + "storage: {url: 'sqlite:/srv/x/a.db'}").storage())
        .isEqualTo(
            new StorageConfig(Path.of("/srv/x"), "sqlite:/srv/x/a.db", Path.of("/srv/x/journal")));
  }

  @Test
  void modelDefaults() {
    ModelConfig model = read(LEAST).engines().models().getFirst();
    assertThat(model.kind()).isEqualTo(ModelKind.CHAT);
    assertThat(model.aliases()).isEmpty();
    assertThat(model.contextWindow()).isEmpty();
  }

  @Test
  void modelKeys() {
    ModelConfig model = read(MOST).engines().models().getFirst();
    assertThat(model.id()).isEqualTo("bge-m3");
    assertThat(model.kind()).isEqualTo(ModelKind.EMBEDDING);
    assertThat(model.aliases()).containsExactly("bge", "embedder");
    assertThat(model.contextWindow()).isEqualTo(OptionalInt.of(8192));
    assertThat(read(MOST).engines().discover()).containsExactly(URI.create("http://gpu2:8000"));
  }

  @Test
  void engineDefaults() {
    assertThat(read(LEAST).engines().models().getFirst().engines().getFirst().spec())
        .isEqualTo(
            new EngineSpec(
                "gpu1:8000",
                URI.create("http://gpu1:8000"),
                EngineType.VLLM,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "local",
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty()));
  }

  @Test
  void engineKeys() {
    assertThat(read(MOST).engines().models().getFirst().engines().getFirst().spec())
        .isEqualTo(
            new EngineSpec(
                "big",
                URI.create("https://gpu1:8443"),
                EngineType.SGLANG,
                Optional.of("BAAI/bge-m3"),
                Optional.of("s3cret"),
                Optional.of(Path.of("/etc/ca.pem")),
                "insa",
                Optional.of(new Hardware("l40s", 2)),
                OptionalInt.of(7),
                Optional.of(true),
                Set.of("hds")));
  }

  @Test
  void ledgerDefaultsAndKeys() {
    assertThat(read(LEAST).ledger())
        .isEqualTo(
            new LedgerConfig(
                LedgerConfig.Durability.STRICT,
                "EUR",
                new RetentionOptions(Duration.ofDays(365), RetentionOptions.Mode.PSEUDONYMISE)));
    assertThat(read(MOST).ledger())
        .isEqualTo(
            new LedgerConfig(
                LedgerConfig.Durability.RELAXED,
                "parts",
                new RetentionOptions(Duration.ofDays(200), RetentionOptions.Mode.PURGE)));
  }

  @Test
  void timeoutDefaults() {
    assertThat(read(LEAST).limits().timeouts())
        .isEqualTo(
            new TimeoutConfig(
                Duration.ofSeconds(15),
                Duration.ofSeconds(30),
                Duration.ofSeconds(75),
                Duration.ofSeconds(3),
                Duration.ofMinutes(10),
                Duration.ofMinutes(2),
                Duration.ofMinutes(2)));
  }

  @Test
  void timeoutKeys() {
    assertThat(read(MOST).limits().timeouts())
        .isEqualTo(
            new TimeoutConfig(
                Duration.ofSeconds(9),
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofMinutes(3),
                Duration.ofMillis(2500),
                Duration.ofHours(1)));
  }

  @Test
  void schedulingDefaultsAndKeys() {
    assertThat(read(LEAST).limits().scheduling())
        .isEqualTo(
            new SchedulingConfig(
                SchedulingOptions.DEFAULTS,
                Duration.ofHours(1),
                List.of("x-openwebui-chat-id", "x-chat"),
                List.of("x-openwebui-task", "x-task")));
    assertThat(read(MOST).limits().scheduling())
        .isEqualTo(
            new SchedulingConfig(
                policyOfMost(),
                Duration.ofSeconds(7),
                List.of("X-Conversation"),
                List.of("x-job", "x-other-job")));
    assertThat(read(LEAST + "scheduling: {task_headers: []}").limits().scheduling().taskHeaders())
        .isEmpty();
  }

  private static SchedulingOptions policyOfMost() {
    Map<ServiceClass, ClassRules> classes =
        Map.of(
            ServiceClass.INTERACTIVE,
            new ClassRules(60, seconds(8), seconds(9), 0.8, seconds(1), seconds(1) / 2),
            ServiceClass.STANDARD,
            new ClassRules(30, seconds(40), seconds(50), 0.75, seconds(9), seconds(4)),
            ServiceClass.BATCH,
            new ClassRules(10, seconds(7_200), seconds(1_200), 0.5, seconds(3_600), seconds(9)));
    return new SchedulingOptions(
        classes,
        new CostWeights(0.2, 3),
        new QueueLimits(6, 5),
        0.09,
        SchedulingOptions.DEFAULTS.features(),
        SchedulingOptions.DEFAULTS.seed());
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void quotaDefaultsAndKeys() {
    assertThat(read(LEAST).limits().quotas()).isEqualTo(new QuotaConfig(4096, List.of()));
    Webhook told = new Webhook(URI.create("https://chat.example/hooks/archipel"), "s3cret");
    assertThat(read(MOST).limits().quotas()).isEqualTo(new QuotaConfig(900, List.of(told)));
    assertThat(told.toString()).doesNotContain("s3cret", "hooks");
  }

  @Test
  void shutdownDefaultsAndKeys() {
    assertThat(read(LEAST).limits().shutdown())
        .isEqualTo(new ShutdownConfig(Duration.ofSeconds(30)));
    assertThat(read(MOST).limits().shutdown()).isEqualTo(new ShutdownConfig(Duration.ofSeconds(8)));
  }

  @Test
  void federationDefaultsAndKeys() {
    assertThat(read(LEAST).federation()).isEmpty();
    FederationConfig most = read(MOST).federation().orElseThrow();
    assertThat(most.entity()).isEqualTo("https://rennes.example");
    assertThat(most.anchor()).isEqualTo("https://consortium.example/federation");
    assertThat(most.anchorKeys().orElseThrow().getKeyByKeyId("a")).isNotNull();
    assertThat(most.insecure()).isFalse();
    assertThat(most.allowedHosts()).containsExactly("lille.internal");
    assertThat(most.statementLifetime()).isEqualTo(Duration.ofHours(6));
    assertThat(most.peers())
        .isEqualTo(
            new PeerConfig(
                new ShareRules(
                    List.of(
                        new ShareRule(
                            Set.of("lille", "saclay"),
                            Set.of("mistral-small"),
                            Set.of("univ-lille"),
                            60),
                        ShareRule.ALL),
                    Map.of("mistral-small", Set.of("mistral-small-fp8"))),
                Duration.ofSeconds(30),
                Duration.ofHours(1),
                OptionalInt.of(32)));

    FederationConfig alone =
        read(LEAST + "federation: {entity: 'https://a.example'}\n").federation().orElseThrow();
    assertThat(alone.anchor()).isEqualTo("https://a.example");
    assertThat(alone.statementLifetime()).isEqualTo(Duration.ofHours(24));
    assertThat(alone.peers())
        .isEqualTo(
            new PeerConfig(
                ShareRules.ALL,
                Duration.ofSeconds(15),
                Duration.ofMinutes(10),
                OptionalInt.empty()));
    assertThat(
            read(LEAST + "federation: {entity: 'https://a.example', share: []}\n")
                .federation()
                .orElseThrow()
                .peers()
                .shares()
                .rules())
        .isEmpty();
  }

  @Test
  void federationThatCannotBeTrustedIsRefused() {
    assertThatThrownBy(
            () ->
                read(
                    LEAST
                        + "federation: {entity: 'https://a.example', anchor:"
                        + " 'https://c.example'}\n"))
        .hasMessageContaining("federation.anchor_keys: missing");
    assertThatThrownBy(
            () ->
                read(
                    LEAST
                        + "federation: {entity: 'https://a.example', share: [{with: [b]}, {with:"
                        + " [b], ceiling_percent: 0}, {models: [m]}]}\n"))
        .hasMessageContaining("federation.share[1].with: b twice")
        .hasMessageContaining("federation.share[1].ceiling_percent")
        .hasMessageContaining("federation.share[2].with: missing");
    assertThatThrownBy(() -> read(LEAST + "federation: {anchor: 'https://c.example'}\n"))
        .hasMessageContaining("federation.entity: missing");
    assertThatThrownBy(() -> read(LEAST + "federation: {entity: 'http://a.example'}\n"))
        .hasMessageContaining("federation.entity: http (expected: https");
    assertThatThrownBy(() -> read(LEAST + "federation: {entity: 'https://a.example/'}\n"))
        .hasMessageContaining("federation.entity");
    assertThatThrownBy(
            () ->
                read(
                    LEAST
                        + "federation: {entity: 'https://a.example', anchor: 'https://c.example',"
                        + " anchor_keys: /nowhere.jwks}\n"))
        .hasMessageContaining("federation.anchor_keys: cannot be read");
  }

  @Test
  void secretsAreNotInAnyTextOfTheConfiguration() {
    assertThat(read(MOST).toString()).doesNotContain("s3cret");
    assertThat(new StorageConfig(Path.of("d"), "postgresql://u:pw@h/db", Path.of("j")).toString())
        .doesNotContain("pw");
  }
}
