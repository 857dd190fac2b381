package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Persons of a real provider at a real site: signed in by its form, out by either side, and with
 * its access tokens on the inference API. One of each for all tests: a Keycloak takes its time to
 * start.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KeycloakIT {
  private static final String CLIENT_SECRET = "client-secret-8FkQz1xWn5Rt";
  private static final String PASSWORD = "password-Jm3vTq9yLd";
  private static final Duration SOON = Duration.ofSeconds(30);

  /** How browsers reach the console, in front of the site; the test goes to the site itself. */
  private static final URI CONSOLE = URI.create("https://console.rennes.example");

  private static final String SIGN_IN =
      """
      sign_in:
        url: %s
        providers:
          - id: rennes
            issuer: %s
            client_id: archipel
            client_secret: ${OIDC_SECRET}
            scopes: [{ scope: univ-rennes.fr, organization: univ-rennes }]
            rules:
              - { claim: eduperson_scoped_affiliation, value: staff, role: auditor }
            inference: { audiences: [archipel-api], project: default }
      """;

  private static final String BODY =
      "{\"model\":\"chat\",\"max_tokens\":4,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  @TempDir private static Path folder;

  private Keycloak keycloak;
  private SimulatedEngine engine;
  private SiteProcess site;
  private WrittenSecrets secrets;

  @BeforeAll
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void start() throws IOException {
    keycloak = Keycloak.start(folder, realm());
    engine = SimulatedEngine.start(new SimulatedEngineOptions().withModels(MixedRequests.MODELS));
    site =
        SiteProcess.serve(
            Program.Surroundings.in(folder)
                .with("OIDC_SECRET", CLIENT_SECRET)
                .with("ARCHIPEL_LOG_LEVEL", "debug"),
            SiteFile.on(engine).with(SIGN_IN.formatted(CONSOLE, keycloak.issuer())));
    var _ = site.control().newKey("univ-rennes", "default");
    secrets =
        new WrittenSecrets(site)
            .with("the client's secret", CLIENT_SECRET)
            .with("a word", PASSWORD);
    tellOfLogouts();
  }

  private static JsonNode realm() {
    ObjectNode realm =
        WireJson.object().put("realm", "rennes").put("enabled", true).put("sslRequired", "NONE");
    ArrayNode clients = realm.putArray("clients");
    ObjectNode archipel = clients.addObject().put("clientId", "archipel");
    archipel.put("secret", CLIENT_SECRET).put("standardFlowEnabled", true);
    archipel.putArray("redirectUris").add(CONSOLE + "/auth/callback/rennes");
    archipel.putObject("attributes").put("post.logout.redirect.uris", CONSOLE + "/*");
    affiliation(archipel.putArray("protocolMappers"));
    for (String name : List.of("chat", "payroll")) {
      ObjectNode client = clients.addObject().put("clientId", name).put("publicClient", true);
      client.put("directAccessGrantsEnabled", true);
      ArrayNode mappers = client.putArray("protocolMappers");
      affiliation(mappers);
      if (name.equals("chat")) {
        mapper(mappers, "oidc-audience-mapper")
            .put("included.custom.audience", "archipel-api")
            .put("access.token.claim", "true");
      }
    }
    ArrayNode users = realm.putArray("users");
    user(users, "ada", "staff@univ-rennes.fr");
    user(users, "eve", "staff@univ-brest.fr");
    return realm;
  }

  private static ObjectNode mapper(ArrayNode mappers, String kind) {
    ObjectNode mapper = mappers.addObject().put("name", kind).put("protocol", "openid-connect");
    return mapper.put("protocolMapper", kind).putObject("config");
  }

  private static void affiliation(ArrayNode mappers) {
    mapper(mappers, "oidc-usermodel-attribute-mapper")
        .put("user.attribute", "affiliation")
        .put("claim.name", "eduperson_scoped_affiliation")
        .put("jsonType.label", "String")
        .put("multivalued", "true")
        .put("id.token.claim", "true")
        .put("access.token.claim", "true");
  }

  private static void user(ArrayNode users, String name, String affiliation) {
    ObjectNode user = users.addObject().put("username", name).put("enabled", true);
    user.put("email", name + "@univ-rennes.fr").put("emailVerified", true);
    user.put("firstName", name).put("lastName", "Test");
    user.putArray("credentials").addObject().put("type", "password").put("value", PASSWORD);
    user.putObject("attributes").putArray("affiliation").add(affiliation);
  }

  /** Where the site listens is known only now. */
  private void tellOfLogouts() {
    ObjectNode client =
        (ObjectNode)
            WireJson.read(keycloak.administerRealm("GET", "/clients?clientId=archipel", "")).get(0);
    ((ObjectNode) client.path("attributes"))
        .put("backchannel.logout.session.required", "true")
        .put("backchannel.logout.url", site.control().base() + "/auth/backchannel/rennes");
    var _ =
        keycloak.administerRealm(
            "PUT", "/clients/" + client.path("id").asText(), client.toString());
  }

  @AfterAll
  void stop() {
    for (AutoCloseable part : new AutoCloseable[] {site, engine, keycloak}) {
      close(Optional.ofNullable(part));
    }
  }

  private static void close(Optional<AutoCloseable> part) {
    part.ifPresent(
        one -> {
          try {
            one.close();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private URI at(String path) {
    return site.control().base().resolve(path);
  }

  /** Where the site is asked instead of the console in front of it. */
  private URI behind(URI console) {
    assertThat(console.getAuthority()).isEqualTo(CONSOLE.getAuthority());
    return at(console.getRawPath() + (console.getRawQuery() == null ? "" : "?" + query(console)));
  }

  private static String query(URI uri) {
    return uri.getRawQuery();
  }

  /** The form of the provider, filled in; where it sends the browser. */
  private URI fillForm(Browser browser, String user) {
    URI provider = browser.get(at("/auth/login/rennes")).sentTo();
    URI form = browser.get(provider).form();
    return browser.post(form, Map.of("username", user, "password", PASSWORD)).sentTo();
  }

  private Browser signedIn() throws IOException {
    Browser browser = new Browser();
    Browser.Page ended = browser.get(behind(fillForm(browser, "ada")));
    assertThat(ended.status()).as(ended.text()).isEqualTo(303);
    secrets.with("a session", browser.cookie(site.control().base(), "archipel-session"));
    return browser;
  }

  private int status(Browser browser) {
    return browser.get(at("/api/v1/me")).status();
  }

  private JsonNode me(Browser browser) {
    return WireJson.read(browser.get(at("/api/v1/me")).text());
  }

  private RawResponse chat(String token) throws IOException {
    try (RawHttp client = RawHttp.connect(site.api())) {
      client.send(
          RawHttp.request(
              "POST", "/v1/chat/completions", List.of("Authorization: Bearer " + token), BODY));
      return client.read();
    }
  }

  private String accessToken(String client, String user) {
    String token = keycloak.tokens(client, user, PASSWORD).path("access_token").asText();
    // The signature: what stands before it may be guessed.
    secrets.with("a token of " + client, token.substring(token.lastIndexOf('.') + 1));
    return token;
  }

  @Test
  void somebodySignsInByTheFormAndOutOfBoth() throws IOException {
    Browser browser = signedIn();
    JsonNode me = me(browser);
    assertThat(me.at("/roles/0/role").asText()).isEqualTo("auditor");
    assertThat(me.at("/roles/0/organization").asText()).isEqualTo("univ-rennes");
    assertThat(browser.post(at("/auth/logout"), Map.of()).status()).as("forged").isEqualTo(403);
    Browser.Page out =
        browser.post(at("/auth/logout"), Map.of(), "x-csrf-token", me.path("csrf_token").asText());
    assertThat(out.status()).as(out.text()).isEqualTo(200);
    assertThat(status(browser)).isEqualTo(401);
    URI provider = browser.get(at("/auth/login/rennes")).sentTo();
    assertThat(browser.get(provider).location()).as("still known there").isPresent();
    URI next = URI.create(WireJson.read(out.text()).path("next").asText());
    assertThat(browser.get(next).sentTo().getAuthority()).isEqualTo(CONSOLE.getAuthority());
    URI again = browser.get(at("/auth/login/rennes")).sentTo();
    assertThat(browser.get(again).form()).as("asked for its password again").isNotNull();
    assertNothingWritten();
  }

  @Test
  void theProvidersLogoutEndsTheSession() throws IOException {
    Browser browser = signedIn();
    assertThat(status(browser)).isEqualTo(200);
    String user =
        WireJson.read(keycloak.administerRealm("GET", "/users?username=ada", ""))
            .at("/0/id")
            .asText();
    var _ = keycloak.administerRealm("POST", "/users/" + user + "/logout", "");
    await("the end of the session").atMost(SOON).until(() -> status(browser) == 401);
  }

  @Test
  void anExpiredSessionIsNobody() throws IOException, SQLException {
    Browser browser = signedIn();
    String url = "jdbc:sqlite:" + site.data().resolve("archipel.db");
    try (Connection database = DriverManager.getConnection(url);
        Statement statement = database.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 20000");
      assertThat(
              statement.executeUpdate("UPDATE session SET last_used_at = last_used_at - 1900000"))
          .isPositive();
    }
    assertThat(status(browser)).isEqualTo(401);
  }

  @Test
  void onlyTheBrowserThatBeganCanEndAndOnlyForItsInstitution() {
    Browser victim = new Browser();
    var _ = victim.get(at("/auth/login/rennes"));
    URI attackersEnd = fillForm(new Browser(), "ada");
    assertThat(victim.get(behind(attackersEnd)).status()).as("forged state").isEqualTo(401);
    Browser eve = new Browser();
    assertThat(eve.get(behind(fillForm(eve, "eve"))).status()).as("foreign scope").isEqualTo(403);
    assertThat(status(eve)).isEqualTo(401);
  }

  @Test
  void accessTokensAreGoodForTheirAudienceAndInstitutionOnly() throws IOException {
    String token = accessToken("chat", "ada");
    assertThat(chat(token).status()).isEqualTo(200);
    assertThat(chat(token).status()).as("known from memory").isEqualTo(200);
    RawResponse payroll = chat(accessToken("payroll", "ada"));
    assertThat(payroll.status()).as("wrong audience: %s", payroll.text()).isEqualTo(401);
    RawResponse foreign = chat(accessToken("chat", "eve"));
    assertThat(foreign.status()).isEqualTo(403);
    assertThat(foreign.text()).contains("project_required");
    String identity = keycloak.tokens("chat", "ada", PASSWORD).path("id_token").asText();
    assertThat(chat(identity).status()).as("identity token").isEqualTo(401);
    String forged = token.substring(0, token.lastIndexOf('.') + 1) + "AAAA";
    assertThat(chat(forged).status()).as("forged").isEqualTo(401);
    String person = personOfUsage();
    var _ = site.control().act("/api/v1/persons/" + person + "/suspend");
    assertThat(chat(token).text()).contains("person_suspended");
    var _ = site.control().act("/api/v1/persons/" + person + "/resume");
    assertThat(chat(token).status()).isEqualTo(200);
    assertNothingWritten();
  }

  /** The pseudonym under which the ledger knows who came with a token. */
  private String personOfUsage() {
    await("the usage of a person").atMost(SOON).until(() -> !person().isEmpty());
    return person();
  }

  private String person() {
    for (JsonNode item : site.control().get("/api/v1/usage?by=person,key").path("items")) {
      if (item.path("key").asText().equals("oidc-rennes")) {
        return item.path("person").asText();
      }
    }
    return "";
  }

  @Test
  void aRotatedKeyOfTheRealmIsFollowed() throws IOException {
    assertThat(chat(accessToken("chat", "ada")).status()).isEqualTo(200);
    String realm = WireJson.read(keycloak.administerRealm("GET", "", "")).path("id").asText();
    ObjectNode key = WireJson.object().put("name", "rotated").put("parentId", realm);
    key.put("providerId", "rsa-generated").put("providerType", "org.keycloak.keys.KeyProvider");
    ObjectNode config = key.putObject("config");
    config.putArray("priority").add("500");
    config.putArray("keySize").add("2048");
    String before = keyOf(accessToken("chat", "ada"));
    var _ = keycloak.administerRealm("POST", "/components", key.toString());
    String token = accessToken("chat", "ada");
    assertThat(keyOf(token)).as("signed by another key").isNotEqualTo(before);
    // The provider is asked every ten seconds at most.
    await("the new key").atMost(SOON).until(() -> chat(token).status() == 200);
    assertThat(status(signedIn())).isEqualTo(200);
  }

  private static String keyOf(String token) {
    byte[] header = java.util.Base64.getUrlDecoder().decode(token.split("\\.", -1)[0]);
    return WireJson.read(new String(header, java.nio.charset.StandardCharsets.UTF_8))
        .path("kid")
        .asText();
  }

  private void assertNothingWritten() throws IOException {
    assertThat(secrets.places()).isEmpty();
  }
}
