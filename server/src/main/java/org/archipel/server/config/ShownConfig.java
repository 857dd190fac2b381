package org.archipel.server.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.archipel.control.Setting;
import org.archipel.control.oidc.ProviderOptions;
import org.archipel.scheduling.ClassRules;
import org.archipel.scheduling.SchedulingOptions;
import org.archipel.scheduling.ServiceClass;

/** The configuration as it may be shown: what counts, and nothing that is secret. */
public final class ShownConfig {
  private static final String NONE = "–";

  private final List<Setting> settings = new ArrayList<>();

  private ShownConfig() {}

  /** All keys with what counts for them, in the order of the reference. */
  public static List<Setting> of(Config config) {
    ShownConfig shown = new ShownConfig();
    shown.site(config);
    shown.ledger(config);
    shown.timeouts(config.limits().timeouts(), TimeoutConfig.DEFAULTS);
    shown.scheduling(config.limits().scheduling(), SchedulingConfig.DEFAULTS);
    shown.signIn(config.signIn(), SignInConfig.DEFAULTS);
    shown.federation(config);
    Duration grace = config.limits().shutdown().grace();
    shown.add("shutdown.grace", grace, ShutdownConfig.DEFAULTS.grace());
    return shown.settings;
  }

  private void add(String key, Object value, Object usual) {
    settings.add(new Setting(key, text(value), value.equals(usual)));
  }

  private static String text(Object value) {
    return switch (value) {
      case Duration duration -> Quantities.write(duration);
      case List<?> list -> list.isEmpty() ? NONE : String.join(", ", words(list));
      case Enum<?> word -> word.name().toLowerCase(Locale.ROOT).replace('_', '-');
      default -> value.toString();
    };
  }

  private static List<String> words(List<?> list) {
    return list.stream().map(ShownConfig::text).toList();
  }

  private void site(Config config) {
    SiteConfig site = config.site();
    add("site.id", site.id(), "");
    add("site.name", site.name(), site.id());
    add("site.organization", site.organization(), SiteConfig.DEFAULT_ORGANIZATION);
    add("site.labels", site.labels(), List.of());
    ListenConfig listen = config.listen();
    add("listen.api", listen.api(), ListenConfig.DEFAULTS.api());
    add("listen.control", listen.control(), ListenConfig.DEFAULTS.control());
    add("listen.max_body", listen.maxBody(), ListenConfig.DEFAULTS.maxBody());
    add("listen.max_bodies", listen.maxBodies(), ListenConfig.DEFAULTS.maxBodies());
    StorageConfig storage = config.storage();
    StorageConfig usual = StorageConfig.in(storage.data());
    add("storage.data", storage.data(), StorageConfig.DEFAULT_DATA);
    add("storage.url", storage.shownUrl(), usual.shownUrl());
    add("storage.journal", storage.journal(), usual.journal());
    List<String> models = config.engines().models().stream().map(ModelConfig::id).toList();
    add("models", models, List.of());
    add("discover", config.engines().discover(), List.of());
  }

  private void ledger(Config config) {
    DirectoryConfig directory = config.directory();
    DirectoryConfig usual = DirectoryConfig.DEFAULTS;
    int votes = directory.rule().approvalsNeeded();
    add("directory.approvals_needed", votes, usual.rule().approvalsNeeded());
    List<String> approvers = directory.rule().approvers().stream().sorted().toList();
    add("directory.approvers", approvers, List.of());
    LedgerConfig ledger = config.ledger();
    add("ledger.durability", ledger.durability(), LedgerConfig.DEFAULTS.durability());
    add("ledger.currency", ledger.currency(), LedgerConfig.DEFAULTS.currency());
    Duration detail = ledger.retention().detail();
    add("ledger.retention.detail", detail, LedgerConfig.DEFAULTS.retention().detail());
    QuotaConfig quotas = config.limits().quotas();
    int reserved = quotas.reservedCompletion();
    add("quotas.reserved_completion", reserved, QuotaConfig.DEFAULTS.reservedCompletion());
    // Of a URL that somebody is told at, the host is enough: paths and queries may hold secrets.
    List<String> told = quotas.webhooks().stream().map(hook -> hook.url().getHost()).toList();
    add("webhooks", told, List.of());
  }

  private void timeouts(TimeoutConfig timeouts, TimeoutConfig usual) {
    add("timeouts.header", timeouts.header(), usual.header());
    add("timeouts.body", timeouts.body(), usual.body());
    add("timeouts.idle", timeouts.idle(), usual.idle());
    add("timeouts.connect", timeouts.connect(), usual.connect());
    add("timeouts.first_byte", timeouts.firstByte(), usual.firstByte());
    add("timeouts.between_chunks", timeouts.betweenChunks(), usual.betweenChunks());
    add("timeouts.client_stall", timeouts.clientStall(), usual.clientStall());
  }

  private void scheduling(SchedulingConfig scheduling, SchedulingConfig usual) {
    SchedulingOptions policy = scheduling.policy();
    SchedulingOptions usually = usual.policy();
    add("scheduling.max_queue", policy.queue().total(), usually.queue().total());
    int each = policy.queue().perOrganization();
    add("scheduling.max_queue_per_organization", each, usually.queue().perOrganization());
    add("scheduling.max_wait", scheduling.maxWait(), usual.maxWait());
    add("scheduling.cost.cached", policy.cost().cached(), usually.cost().cached());
    add("scheduling.cost.completion", policy.cost().completion(), usually.cost().completion());
    for (ServiceClass one : ServiceClass.values()) {
      ClassRules rules = policy.classes().getOrDefault(one, ClassRules.of(one));
      rules("scheduling.classes." + text(one) + ".", rules, ClassRules.of(one));
    }
    add("scheduling.session_headers", scheduling.sessionHeaders(), usual.sessionHeaders());
    add("scheduling.task_headers", scheduling.taskHeaders(), usual.taskHeaders());
  }

  private void rules(String prefix, ClassRules rules, ClassRules usual) {
    add(prefix + "weight", rules.weight(), usual.weight());
    add(prefix + "deadline", nanos(rules.deadlineNanos()), nanos(usual.deadlineNanos()));
    add(prefix + "ageing", nanos(rules.ageingNanos()), nanos(usual.ageingNanos()));
    add(prefix + "external_ceiling", rules.externalCeiling(), usual.externalCeiling());
  }

  private static Duration nanos(long nanos) {
    return Duration.ofNanos(nanos);
  }

  private void federation(Config config) {
    String entity = config.federation().map(FederationConfig::entity).orElse(NONE);
    add("federation.entity", entity, NONE);
    add(
        "federation.anchor",
        config.federation().map(FederationConfig::anchor).orElse(NONE),
        entity);
  }

  private void signIn(SignInConfig signIn, SignInConfig usual) {
    add("sign_in.url", signIn.url().map(Object::toString).orElse(NONE), NONE);
    add("sign_in.session.idle", signIn.session().idle(), usual.session().idle());
    add("sign_in.session.absolute", signIn.session().absolute(), usual.session().absolute());
    List<String> providers = signIn.providers().stream().map(ProviderOptions::name).toList();
    add("sign_in.providers", providers, List.of());
  }
}
