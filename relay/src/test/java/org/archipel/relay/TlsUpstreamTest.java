package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.archipel.engines.ModelKind;
import org.archipel.engines.ModelSpec;
import org.archipel.ledger.UsageOutcome;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Engines behind TLS, with certificates of an authority that the operator names. */
@ExtendWith(LeakCheck.class)
final class TlsUpstreamTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String STREAM = "{\"model\":\"m\",\"stream\":true}";
  private static final char[] PASSWORD = "for-tests".toCharArray();

  @TempDir static Path folder = Path.of(".");

  @BeforeAll
  static void makeCertificates() throws Exception {
    makeCertificate("good", "san=ip:127.0.0.1");
    makeCertificate("other", "san=ip:127.0.0.1");
    makeCertificate("elsewhere", "san=dns:elsewhere.example");
  }

  private static void makeCertificate(String name, String names) throws Exception {
    keytool(
        name,
        "-genkeypair",
        "-alias",
        "e",
        "-keyalg",
        "EC",
        "-dname",
        "CN=engine",
        "-validity",
        "2",
        "-ext",
        names,
        "-storetype",
        "PKCS12");
    keytool(name, "-exportcert", "-rfc", "-alias", "e", "-file", authority(name).toString());
  }

  private static void keytool(String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keystore", folder.resolve(name + ".p12").toString(), "-storepass", "for-tests"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static Path authority(String name) {
    return folder.resolve(name + ".pem");
  }

  private static ScriptedEngine engine(String name) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return new ScriptedEngine(Optional.of(context));
  }

  private static RelayFixture trusting(String authority, ScriptedEngine... engines) {
    return RelayFixture.of(engines)
        .engines(s -> RelayFixture.Specs.trusting(s, authority(authority)))
        .timeouts(Timeouts.connect(Duration.ofSeconds(5)))
        .start();
  }

  @Test
  void anEngineOfTheNamedAuthorityIsServed() throws Exception {
    ScriptedEngine engine = engine("good");
    engine.always(
        call ->
            call.stream(Chunks.text("a".repeat(100_000)), Chunks.STOP, Chunks.USAGE, Chunks.DONE));
    try (RelayFixture relay = trusting("good", engine)) {
      RawClient client = relay.client();
      String large = "{\"model\":\"m\",\"stream\":true,\"a\":\"" + "x".repeat(1_000_000) + "\"}";
      for (int i = 0; i < 3; i++) {
        assertThat(client.post(CHAT, large).answer().text())
            .isEqualTo(Chunks.text("a".repeat(100_000)) + Chunks.STOP + Chunks.DONE);
        assertThat(engine.call().body().length).isGreaterThan(1_000_000);
      }
      assertThat(engine.connections()).isEqualTo(1);
    }
  }

  @Test
  void anEngineOfAnotherAuthorityIsNot() throws Exception {
    try (RelayFixture relay = trusting("other", engine("good"))) {
      RawClient.Answer got = relay.client().post(CHAT, STREAM).answer();

      assertThat(got.status()).isEqualTo(502);
      assertThat(got.text()).contains("the engine could not be reached");
      assertThat(relay.catalog().unreachable()).containsExactly("e1");
    }
  }

  @Test
  void anEngineOfAnotherNameIsNot() throws Exception {
    try (RelayFixture relay = trusting("elsewhere", engine("elsewhere"))) {
      assertThat(relay.client().post(CHAT, STREAM).answer().status()).isEqualTo(502);
    }
  }

  @Test
  void anEngineThatSpeaksNoTlsIsGivenUpInTheTimeForConnecting() throws Exception {
    ScriptedEngine deaf = new ScriptedEngine().deaf();
    ModelSpec model =
        new ModelSpec(
            "silent",
            List.of(),
            ModelKind.CHAT,
            java.util.OptionalInt.empty(),
            List.of(
                RelayFixture.Specs.engine(
                    "s", java.net.URI.create(deaf.url().toString().replace("http:", "https:")))));
    try (RelayFixture relay =
        RelayFixture.of()
            .models(model)
            .timeouts(Timeouts.connect(Duration.ofMillis(400)))
            .start()) {
      long begun = System.nanoTime();
      assertThat(relay.client().post(CHAT, "{\"model\":\"silent\"}").answer().status())
          .isEqualTo(502);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    } finally {
      deaf.close();
    }
  }

  @Test
  void aClientThatLeavesDuringTheHandshakeGivesThePermitBack() throws Exception {
    ScriptedEngine deaf = new ScriptedEngine().deaf();
    ModelSpec model =
        new ModelSpec(
            "silent",
            List.of(),
            ModelKind.CHAT,
            java.util.OptionalInt.empty(),
            List.of(
                RelayFixture.Specs.engine(
                    "s", java.net.URI.create(deaf.url().toString().replace("http:", "https:")))));
    try (RelayFixture relay = RelayFixture.of().models(model).start()) {
      RawClient client = relay.client().post(CHAT, "{\"model\":\"silent\"}");
      Awaitility.await().until(() -> deaf.connections() == 1);
      client.close();
      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.CANCELLED);
      assertThat(relay.catalog().unreachable()).isEmpty();
    } finally {
      deaf.close();
    }
  }

  @Test
  void aClientThatLeavesAStreamClosesTheConnection() throws Exception {
    ScriptedEngine engine = engine("good");
    java.util.concurrent.CountDownLatch end = new java.util.concurrent.CountDownLatch(1);
    engine.always(call -> call.streamHead().chunk(Chunks.text("a")).await(end));
    try (RelayFixture relay = trusting("good", engine)) {
      RawClient client = relay.client().post(CHAT, STREAM);
      client.head();
      client.chunk();
      client.close();

      engine.call().connection().peerClosed().get(5, TimeUnit.SECONDS);
      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.CANCELLED);
    } finally {
      end.countDown();
    }
  }
}
