package org.archipel.control.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.archipel.control.catalog.CatalogException.Kind;
import org.archipel.control.catalog.EngineWish.ApiKey;
import org.archipel.directory.access.SiteKey;
import org.archipel.engines.EngineRegistry;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineStatus;
import org.archipel.engines.EngineType;
import org.archipel.engines.ModelKind;
import org.archipel.engines.ModelSpec;
import org.archipel.engines.RegistryOptions;
import org.archipel.simulator.EngineFlavour;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalog on a real database, with engines that answer. */
class CatalogTest {
  private static final Actor SOMEBODY = Actor.person("ines");
  private static final OptionalLong ANY = OptionalLong.empty();

  @TempDir private Path folder;
  private final SecureRandom random = new SecureRandom();
  private final String keyText = SiteKey.draw(random);
  private final SimulatedEngine engine =
      SimulatedEngine.start(
          new SimulatedEngineOptions()
              .withFlavour(EngineFlavour.VLLM)
              .withModels(SimulatedModel.chat("m")));
  private final List<AutoCloseable> site = new ArrayList<>();
  private String url = "";
  private List<ModelSpec> files = List.of();
  private Database database;
  private EngineRegistry registry;
  private Catalog catalog;

  @BeforeEach
  void start() {
    url = TestDatabase.url(folder);
    open(keyText);
  }

  private void open(String key) {
    database = Database.open(url);
    site.add(database);
    registry = new EngineRegistry(files, List.of(), Clock.systemUTC(), RegistryOptions.DEFAULTS);
    site.add(registry);
    AuditLog audit = new AuditLog(database, Clock.systemUTC());
    catalog =
        new Catalog(database, audit, registry, files, new SiteKey(key, random), Clock.systemUTC());
    site.add(catalog);
    registry.start();
  }

  @AfterEach
  void stop() throws Exception {
    closeSite();
    engine.close();
  }

  private void closeSite() throws Exception {
    for (AutoCloseable part : site.reversed()) {
      part.close();
    }
    site.clear();
  }

  private void restart(ModelSpec... inFile) throws Exception {
    closeSite();
    files = List.of(inFile);
    open(keyText);
  }

  private static ModelDraft model(String id, String... aliases) {
    return new ModelDraft(id, List.of(aliases), ModelKind.CHAT, OptionalInt.empty());
  }

  private EngineWish wish(String id, String model) {
    return wish(id, engine.url(), model, new ApiKey.Kept(), false);
  }

  private static EngineWish wish(String id, URI url, String model, ApiKey key, boolean unchecked) {
    EngineDraft draft =
        new EngineDraft(
            id,
            url,
            EngineType.VLLM,
            List.of(new ServedModel(model, Optional.empty())),
            "univ-rennes",
            Optional.empty(),
            OptionalInt.of(8),
            Optional.empty(),
            Optional.empty(),
            List.of("secnumcloud"));
    return new EngineWish(draft, false, key, unchecked);
  }

  private static ModelSpec fileModel(String id, String... engines) {
    return new ModelSpec(
        id,
        List.of(),
        ModelKind.CHAT,
        OptionalInt.empty(),
        List.of(engines).stream().map(CatalogTest::fileEngine).toList());
  }

  private static EngineSpec fileEngine(String id) {
    return new EngineSpec(
        id,
        URI.create("http://127.0.0.1:1"),
        EngineType.VLLM,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "univ-rennes",
        Optional.empty(),
        4);
  }

  private void refused(Kind kind, String words, Runnable change) {
    assertThatThrownBy(change::run)
        .isInstanceOfSatisfying(CatalogException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(words);
  }

  private List<String> audit() {
    return database.read(
        handle ->
            handle
                .createQuery("SELECT action, actor_id, subject FROM audit_entry ORDER BY sequence")
                .map((row, _) -> row.getString(1) + " " + row.getString(2) + " " + row.getString(3))
                .list());
  }

  @Test
  void addedEngineServesItsModelAlsoAfterARestart() throws Exception {
    catalog.models().add(SOMEBODY, model("m", "small"));
    catalog.engines().add(SOMEBODY, wish("gpu1", "m"));
    await().until(() -> registry.status("m", "gpu1").filter(EngineStatus::up).isPresent());
    StoredEngine before = catalog.engines().find("gpu1").orElseThrow();

    restart();

    assertThat(catalog.engines().find("gpu1")).contains(before);
    assertThat(registry.find("small").orElseThrow().id()).isEqualTo("m");
    await().until(() -> registry.status("m", "gpu1").filter(EngineStatus::up).isPresent());
    assertThat(before.made().by()).isEqualTo("person:ines");
    assertThat(before.draft().labels()).containsExactly("secnumcloud");
    assertThat(audit()).containsExactly("model.add ines m", "engine.add ines gpu1");
  }

  @Test
  void engineThatCannotServeIsRefusedAndNothingIsHalfAdded() {
    catalog.models().add(SOMEBODY, model("m"));
    catalog.models().add(SOMEBODY, model("other"));
    URI dead = URI.create("http://127.0.0.1:1");

    refused(
        Kind.UNFIT,
        "engine gpu1 at http://127.0.0.1:1 cannot serve m: connection refused",
        () -> catalog.engines().add(SOMEBODY, wish("gpu1", dead, "m", new ApiKey.Kept(), false)));
    refused(
        Kind.UNFIT,
        "cannot serve other: ",
        () -> catalog.engines().add(SOMEBODY, wish("gpu1", "other")));
    refused(
        Kind.CLASH,
        "there is no model nobody",
        () ->
            catalog.engines().add(SOMEBODY, wish("gpu1", dead, "nobody", new ApiKey.Kept(), true)));

    assertThat(catalog.engines().all()).isEmpty();
    assertThat(registry.find("m").orElseThrow().engines()).isEmpty();
    assertThat(audit()).hasSize(2);
  }

  @Test
  void typeIsFoundOutWhenNobodySaysIt() {
    catalog.models().add(SOMEBODY, model("m"));
    EngineWish wish = wish("gpu1", "m");
    EngineWish untyped =
        new EngineWish(
            wish.draft().withType(EngineType.OPENAI), true, wish.apiKey(), wish.unchecked());

    StoredEngine added = catalog.engines().add(SOMEBODY, untyped);

    assertThat(added.draft().type()).isEqualTo(EngineType.VLLM);
  }

  @Test
  void fileIsReadOnly() throws Exception {
    restart(fileModel("f", "file1"));

    refused(
        Kind.READ_ONLY,
        "in the configuration file",
        () -> catalog.models().remove(SOMEBODY, "f", ANY));
    refused(
        Kind.READ_ONLY,
        "in the configuration file",
        () -> catalog.engines().remove(SOMEBODY, "file1", ANY));
    refused(Kind.CLASH, "taken", () -> catalog.models().add(SOMEBODY, model("n", "f")));
    refused(
        Kind.NOT_FOUND, "does not exist", () -> catalog.engines().remove(SOMEBODY, "nobody", ANY));
  }

  @Test
  void engineOfTheFileCanBeDrainedAndStaysSo() throws Exception {
    restart(fileModel("f", "file1"));
    catalog.engines().drain(SOMEBODY, "file1");
    catalog.engines().drain(SOMEBODY, "file1");

    restart(fileModel("f", "file1"));

    assertThat(registry.status("f", "file1").orElseThrow().draining()).isTrue();
    catalog.engines().resume(SOMEBODY, "file1");
    assertThat(registry.status("f", "file1").orElseThrow().draining()).isFalse();
    assertThat(audit()).containsExactly("engine.drain ines file1", "engine.resume ines file1");
    refused(Kind.NOT_FOUND, "nobody", () -> catalog.engines().drain(SOMEBODY, "nobody"));
  }

  @Test
  void clashWithTheFileTurnsEntriesOffAndTheStartGoesOn() throws Exception {
    catalog.models().add(SOMEBODY, model("m", "small"));
    catalog.models().add(SOMEBODY, model("kept"));
    URI dead = URI.create("http://127.0.0.1:2");
    catalog.engines().add(SOMEBODY, wish("e1", dead, "kept", new ApiKey.Kept(), true));
    catalog.engines().add(SOMEBODY, wish("e2", dead, "m", new ApiKey.Kept(), true));

    restart(fileModel("small", "e1"));

    assertThat(catalog.models().whyOff("m")).contains("its alias small is taken by another model");
    assertThat(catalog.engines().whyOff("e1"))
        .contains("an engine of the configuration file has the id e1");
    assertThat(catalog.engines().whyOff("e2")).contains("there is no model m");
    assertThat(catalog.models().whyOff("kept")).isEmpty();
    assertThat(registry.find("m")).isEmpty();
    assertThat(registry.find("kept")).isPresent();
    // What is off can be put right.
    catalog.engines().remove(SOMEBODY, "e1", ANY);
    catalog.models().change(SOMEBODY, "m", ANY, _ -> model("m"));
    assertThat(registry.find("m").orElseThrow().engines()).hasSize(1);
    assertThat(catalog.engines().whyOff("e2")).isEmpty();
  }

  @Test
  void apiKeyIsNeitherStoredNorToldInClear() throws Exception {
    String secret = "sk-very-secret-0123456789";
    catalog.models().add(SOMEBODY, model("m"));
    StoredEngine added =
        catalog
            .engines()
            .add(SOMEBODY, wish("gpu1", engine.url(), "m", new ApiKey.Given(secret), false));

    String stored =
        database.read(
            handle ->
                handle
                    .createQuery("SELECT sealed_api_key FROM catalog_engine")
                    .mapTo(String.class)
                    .one());
    assertThat(stored).isNotBlank().doesNotContain("secret");
    assertThat(added.toString() + added.sealedApiKey()).doesNotContain("very-secret");
    assertThat(registry.find("m").orElseThrow().engines().getFirst().apiKey()).contains(secret);
    catalog
        .engines()
        .change(SOMEBODY, "gpu1", ANY, d -> new EngineWish(d, false, new ApiKey.Kept(), false));
    assertThat(registry.find("m").orElseThrow().engines().getFirst().apiKey()).contains(secret);

    closeSite();
    open(SiteKey.draw(random));
    assertThat(catalog.engines().whyOff("gpu1").orElse("")).contains("cannot be opened");
    assertThat(registry.find("m").orElseThrow().engines()).isEmpty();
  }

  @Test
  void changeOfWhatSomebodyElseChangedIsRefused() {
    catalog.models().add(SOMEBODY, model("m"));
    StoredModel second =
        catalog.models().change(SOMEBODY, "m", OptionalLong.of(1), _ -> model("m", "small"));

    assertThat(second.made().version()).isEqualTo(2);
    refused(
        Kind.CONFLICT_VERSION,
        "version 2 (expected: 1",
        () -> catalog.models().change(SOMEBODY, "m", OptionalLong.of(1), _ -> model("m")));
    assertThat(registry.find("small")).isPresent();
  }

  @Test
  void modelThatAnEngineServesIsNotRemoved() {
    catalog.models().add(SOMEBODY, model("m"));
    catalog.engines().add(SOMEBODY, wish("gpu1", "m"));

    refused(
        Kind.CLASH,
        "engine gpu1 could not be used then: there is no model m",
        () -> catalog.models().remove(SOMEBODY, "m", ANY));
    catalog.engines().remove(SOMEBODY, "gpu1", ANY);
    catalog.models().remove(SOMEBODY, "m", ANY);

    assertThat(registry.models()).isEmpty();
    assertThat(catalog.models().all()).isEmpty();
  }

  @Test
  void removedEngineTakesItsDrainAlong() {
    catalog.models().add(SOMEBODY, model("m"));
    catalog.engines().add(SOMEBODY, wish("gpu1", "m"));
    catalog.engines().drain(SOMEBODY, "gpu1");
    catalog.engines().remove(SOMEBODY, "gpu1", ANY);
    catalog.engines().add(SOMEBODY, wish("gpu1", "m"));

    assertThat(catalog.engines().drain("gpu1")).isEmpty();
    assertThat(registry.status("m", "gpu1").orElseThrow().draining()).isFalse();
  }

  @Test
  void oneOfManyWhoAddTheSameWins() {
    AtomicInteger added = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        threads.execute(
            () -> {
              try {
                catalog.models().add(SOMEBODY, model("m"));
                added.incrementAndGet();
              } catch (CatalogException e) {
                refused.incrementAndGet();
              }
            });
      }
    }

    assertThat(added).hasValue(1);
    assertThat(refused).hasValue(19);
    assertThat(audit()).hasSize(1);
  }

  @Test
  void wrongFormsAreRefusedWithWhatWouldBeRight() {
    refused(Kind.INVALID, "id: \"a b\" (expected: ", () -> model("a b"));
    refused(Kind.INVALID, "aliases: m (expected: each name once)", () -> model("m", "m"));
    refused(Kind.INVALID, "id: \"gpu 1\"", () -> wish("gpu 1", engine.url(), "m", none(), true));
    refused(Kind.INVALID, "api_key: not a key", () -> new ApiKey.Given("two words"));
  }

  private static ApiKey none() {
    return new ApiKey.Removed();
  }
}
