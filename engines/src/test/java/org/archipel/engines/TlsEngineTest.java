package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsEngineTest {
  private static final char[] PASSWORD = "for-tests".toCharArray();

  @TempDir static Path folder;
  private static Path authority = Path.of("");

  private final EngineProbe probe = new EngineProbe(Duration.ofSeconds(10));
  private FakeEngine engine = new FakeEngine();

  @BeforeAll
  static void makeCertificate() throws Exception {
    authority = folder.resolve("ca.pem");
    keytool(
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
        "san=ip:127.0.0.1,dns:localhost",
        "-storetype",
        "PKCS12");
    keytool("-exportcert", "-rfc", "-alias", "e", "-file", authority.toString());
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keystore", folder.resolve("e.p12").toString(), "-storepass", "for-tests"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @BeforeEach
  void startEngine() throws Exception {
    engine.close();
    engine = new FakeEngine(Optional.of(serverContext())).asVllm("m", 4096, "1");
  }

  @AfterEach
  void close() {
    engine.close();
    probe.close();
  }

  private static SSLContext serverContext() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("e.p12"))) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private EngineSpec spec(URI url, Optional<Path> caCertificates) {
    return new EngineSpec(
        "gpu1",
        url,
        EngineType.VLLM,
        Optional.empty(),
        Optional.empty(),
        caCertificates,
        "univ",
        Optional.empty(),
        8);
  }

  @Test
  void engineUnderTheGivenAuthorityIsTrusted() throws InterruptedException {
    ProbeReport report = probe.report("m", spec(engine.url(), Optional.of(authority)));

    assertThat(report.problem()).isEmpty();
    assertThat(report.detectedType()).contains(EngineType.VLLM);
  }

  @Test
  void engineUnderNoKnownAuthorityIsNot() throws InterruptedException {
    ProbeReport report = probe.report("m", spec(engine.url(), Optional.empty()));

    assertThat(report.problem()).contains("its TLS certificate is not trusted");
    assertThat(report.advice().orElseThrow()).startsWith("set ca_certificates");
    assertThat(engine.asked()).isEmpty();
  }

  @Test
  void httpsToAPlainEngineIsTold() throws InterruptedException {
    try (FakeEngine plain = FakeEngine.vllm("m", 4096, "1")) {
      URI url = URI.create(plain.url().toString().replace("http:", "https:"));
      ProbeReport report = probe.report("m", spec(url, Optional.of(authority)));

      assertThat(report.problem()).contains("no TLS connection within 2 s");
      assertThat(report.advice().orElseThrow()).endsWith("otherwise write http://");
    }
  }

  @Test
  void httpsToAServerThatAnswersInClearTextIsTold() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(
          () -> {
            try (Socket connection = plain.accept()) {
              connection
                  .getOutputStream()
                  .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
              connection.getInputStream().readAllBytes();
            } catch (IOException e) {
              // Closed at the end of the test.
            }
          });
      URI url = URI.create("https://127.0.0.1:" + plain.getLocalPort());

      assertThat(probe.report("m", spec(url, Optional.of(authority))).problem())
          .contains("TLS fails");
    }
  }

  @Test
  void httpToATlsEngineIsTold() throws InterruptedException {
    URI url = URI.create(engine.url().toString().replace("https:", "http:"));
    ProbeReport report = probe.report("m", spec(url, Optional.empty()));

    assertThat(report.problem()).contains("the connection breaks or what comes is not HTTP/1.1");
  }

  @Test
  void authoritiesThatCannotBeReadAreNamed() throws Exception {
    Path garbage = Files.writeString(folder.resolve("garbage.pem"), "not a certificate");
    for (Path file : List.of(folder.resolve("missing.pem"), garbage, folder)) {
      ProbeReport report = probe.report("m", spec(engine.url(), Optional.of(file)));

      assertThat(report.problem()).contains("ca_certificates: " + file + " cannot be read");
    }
  }

  @Test
  void authoritiesThatAreRepairedAreReadAgainWithoutARestart() throws Exception {
    Path file = Files.writeString(folder.resolve("late.pem"), "");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    EngineSpec spec = spec(engine.url(), Optional.of(file));
    try (EngineRegistry registry =
        new EngineRegistry(
            List.of(Specs.model("m", spec)),
            List.of(),
            Clock.systemUTC(),
            EngineRegistryTest.FAST)) {
      registry.start();
      await()
          .until(
              () ->
                  registry
                      .status("m", "gpu1")
                      .flatMap(EngineStatus::problem)
                      .orElse("")
                      .contains("cannot be read"));

      Files.writeString(file, Files.readString(authority));
      await().until(() -> registry.status("m", "gpu1").orElseThrow().up());
    }
  }
}
