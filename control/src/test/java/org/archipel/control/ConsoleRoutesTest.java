package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console's files are served to everybody, and may do only what they need. */
final class ConsoleRoutesTest {
  private static final Pattern NONCE = Pattern.compile("content=\"([^\"]+)\"");

  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  @BeforeEach
  void start() {
    control = new RunningControl(folder, new FixedCatalog());
  }

  @AfterEach
  void stop() {
    control.close();
  }

  private static String header(HttpResponse<?> got, String name) {
    return got.headers().firstValue(name).orElse("");
  }

  @Test
  void thePageAllowsNothingButItself() throws Exception {
    HttpResponse<String> got = control.send("GET", "/", "");
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(header(got, "content-type")).startsWith("text/html");
    assertThat(header(got, "content-security-policy"))
        .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "http:", "https:", "*");
    assertThat(header(got, "x-content-type-options")).isEqualTo("nosniff");
    assertThat(header(got, "x-frame-options")).isEqualTo("DENY");
    assertThat(header(got, "referrer-policy")).isEqualTo("no-referrer");
    assertThat(header(got, "cache-control")).isEqualTo("no-store");
  }

  @Test
  void eachPageHasItsOwnNonceAndThePolicyKnowsIt() throws Exception {
    String first = nonce(control.send("GET", "/", ""));
    String second = nonce(control.send("GET", "/models", ""));
    assertThat(first).hasSizeGreaterThanOrEqualTo(22).isNotEqualTo(second);
  }

  private static String nonce(HttpResponse<String> got) {
    Matcher matcher = NONCE.matcher(got.body());
    assertThat(matcher.find()).as(got.body()).isTrue();
    assertThat(header(got, "content-security-policy"))
        .contains("style-src 'self' 'nonce-" + matcher.group(1) + "';");
    return matcher.group(1);
  }

  @Test
  void everyPathOfAPageGivesThePageAndNoOtherDoes() throws Exception {
    assertThat(control.send("GET", "/models/a%2Fb", "").body()).contains("<title>Test</title>");
    HttpResponse<String> unknown = control.send("GET", "/modelsandmore", "");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(header(unknown, "content-type")).startsWith("application/problem+json");
    assertThat(control.send("GET", "/api/v1/nothing", "").statusCode()).isEqualTo(404);
    assertThat(control.send("GET", "/assets/manifest.json", "").statusCode()).isEqualTo(404);
    assertThat(control.send("GET", "/manifest.json", "").statusCode()).isEqualTo(404);
    assertThat(control.send("POST", "/models", "{}").statusCode()).isEqualTo(405);
  }

  @Test
  void aFileComesInTheBestFormThatIsTaken() throws Exception {
    assertForm("gzip, deflate, br", "br", "as brotli\n");
    assertForm("gzip", "gzip", "as gzip\n");
    assertForm("br;q=0, gzip", "gzip", "as gzip\n");
    assertForm("identity", "", "plain\n");
  }

  private void assertForm(String accepted, String encoding, String body) throws Exception {
    HttpResponse<String> got =
        control.send("GET", "/assets/app-1.js", "", "accept-encoding", accepted);
    assertThat(got.body()).as(accepted).isEqualTo(body);
    assertThat(header(got, "content-encoding")).isEqualTo(encoding);
    assertThat(header(got, "vary")).isEqualTo("accept-encoding");
    assertThat(header(got, "x-content-type-options")).isEqualTo("nosniff");
  }

  @Test
  void onlyFilesWhoseNamesChangeWithThemAreKeptForEver() throws Exception {
    assertThat(header(control.send("GET", "/assets/app-1.js", ""), "cache-control"))
        .contains("immutable");
    assertThat(header(control.send("GET", "/theme.js", ""), "cache-control")).isEqualTo("no-cache");
  }

  @Test
  void aBuildWithoutConsoleSaysSo() throws Exception {
    ServerBuilder builder = Server.builder().http(0);
    new ConsoleRoutes(Optional.empty(), new SecureRandom()).addTo(builder);
    try (Server server = builder.build();
        HttpClient http = HttpClient.newHttpClient()) {
      server.start().join();
      URI home = URI.create("http://127.0.0.1:" + server.activeLocalPort() + "/");
      assertThat(http.send(HttpRequest.newBuilder(home).build(), BodyHandlers.ofString()).body())
          .contains("no console", "/api/openapi.json");
    }
  }
}
