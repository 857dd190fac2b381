package org.archipel.acceptance;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A real Keycloak with one realm, in memory. Unpacking it and its own build step take half a
 * minute, so that both are done once for a version and kept in the user's cache; a start takes some
 * seconds.
 */
final class Keycloak implements AutoCloseable {
  /** Where the build has its distribution. */
  private static final String ZIP = "archipel.keycloak.zip";

  private static final String ADMIN = "admin";
  private static final String PASSWORD = "only-for-this-test";
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Process process;
  private final URI base;
  private final String realm;

  private Keycloak(Process process, URI base, String realm) {
    this.process = process;
    this.base = base;
    this.realm = realm;
  }

  /**
   * Starts it and returns when its realm gives tokens.
   *
   * @param folder for its log
   * @param realm the realm as its administration API takes it
   */
  static Keycloak start(Path folder, JsonNode realm) throws IOException {
    Path home = home();
    int port = freePort();
    List<String> command =
        List.of(
            home.resolve("bin/kc.sh").toString(),
            "start",
            "--optimized",
            "--http-enabled=true",
            "--hostname-strict=false",
            "--http-host=127.0.0.1",
            "--http-port=" + port,
            "--cache=local");
    Process process = run(command, folder.resolve("keycloak.log"));
    Keycloak keycloak =
        new Keycloak(process, URI.create("http://127.0.0.1:" + port), realm.path("realm").asText());
    try {
      await("a Keycloak")
          .atMost(START_LIMIT)
          .pollInterval(Duration.ofMillis(200))
          .ignoreExceptions()
          .until(() -> !process.isAlive() || !keycloak.adminToken().isEmpty());
      keycloak.administer("POST", "/admin/realms", realm.toString());
      return keycloak;
    } catch (RuntimeException e) {
      keycloak.close();
      throw e;
    }
  }

  private static Process run(List<String> command, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("JAVA_OPTS_APPEND", "-Xmx512m -XX:TieredStopAtLevel=1");
    environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
    environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", PASSWORD);
    return builder.start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The unpacked and built distribution; made by the first who asks. */
  private static Path home() throws IOException {
    Path zip = Path.of(System.getProperty(ZIP, ""));
    if (!Files.isRegularFile(zip)) {
      throw new IllegalStateException(
          ZIP + ": " + zip + " (expected: Keycloak's distribution; the Maven build names it)");
    }
    String version = zip.getFileName().toString().replace(".zip", "");
    Path cache = Path.of(System.getProperty("user.home"), ".cache", "archipel");
    Path home = cache.resolve(version);
    if (Files.isDirectory(home)) {
      return home;
    }
    // Made beside and moved at the end: whoever finds it finds it whole.
    Path making = Files.createTempDirectory(Files.createDirectories(cache), version);
    Path unpacked = unpack(zip, making);
    Path log = making.resolve("build.log");
    Process build =
        run(List.of(unpacked.resolve("bin/kc.sh").toString(), "build", "--db=dev-mem"), log);
    try {
      if (!build.waitFor(5, TimeUnit.MINUTES) || build.exitValue() != 0) {
        throw new IllegalStateException("Keycloak is not built: " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Keycloak was built", e);
    } finally {
      end(build);
    }
    Files.delete(log);
    if (!Files.isDirectory(home)) {
      Files.move(unpacked, home);
      Files.delete(making);
    }
    return home;
  }

  private static Path unpack(Path zip, Path folder) throws IOException {
    try (InputStream file = Files.newInputStream(zip);
        ZipInputStream entries = new ZipInputStream(file)) {
      List<Path> roots = new ArrayList<>();
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        Path path = folder.resolve(entry.getName()).normalize();
        if (!path.startsWith(folder)) {
          throw new IllegalStateException(entry.getName() + " (expected: below its folder)");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          roots.add(path);
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(entries, path);
        }
      }
      Path home = roots.getFirst();
      if (!home.resolve("bin/kc.sh").toFile().setExecutable(true)) {
        throw new IllegalStateException("bin/kc.sh cannot be made executable");
      }
      return home;
    }
  }

  /** What its tokens call it. */
  String issuer() {
    return base + "/realms/" + realm;
  }

  /** The tokens that a user gets through a client, by name and password. */
  JsonNode tokens(String client, String user, String password) {
    return tokens(realm, client, user, password);
  }

  private JsonNode tokens(String of, String client, String user, String password) {
    String form =
        "grant_type=password&scope=openid&client_id=%s&username=%s&password=%s"
            .formatted(client, user, password);
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve("/realms/" + of + "/protocol/openid-connect/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    return WireJson.read(send(request));
  }

  private String adminToken() {
    return tokens("master", "admin-cli", ADMIN, PASSWORD).path("access_token").asText();
  }

  /** A call of its administration; the answer's text. */
  String administer(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("authorization", "Bearer " + adminToken())
            .header("content-type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return send(request);
  }

  /** The same below the realm. */
  String administerRealm(String method, String path, String body) {
    return administer(method, "/admin/realms/" + realm + path, body);
  }

  private String send(HttpRequest request) {
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new IllegalStateException(
            request.uri().getPath() + ": " + answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Keycloak was answering", e);
    }
  }

  @Override
  public void close() {
    end(process);
    http.shutdownNow();
  }

  /** Its script starts another process. */
  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
