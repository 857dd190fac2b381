package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.access.Person;
import org.archipel.directory.access.Role;
import org.archipel.directory.access.Scope;
import org.archipel.storage.Actor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trying a model: as everybody's request goes, on behalf of the person's project. */
final class PlaygroundRoutesTest {
  private static final String CHAT = "/api/v1/organizations/insa/projects/chat/chat";
  private static final String BODY =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"é\"}],\"stream\":true}";

  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  @SuppressWarnings("NullAway.Init")
  private FakeApi api;

  @SuppressWarnings("NullAway.Init")
  private Person member;

  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws Exception {
    control = new RunningControl(folder, new FixedCatalog());
    api = new FakeApi();
    control.api.set(api.address());
    for (String organization : new String[] {"insa", "inria"}) {
      control.directory.createOrganization(Actor.token(), organization);
      control.directory.createProject(Actor.token(), organization, "chat");
    }
    member = control.access.person("member");
    control
        .access
        .parts
        .persons()
        .grant(Actor.token(), member.id(), Role.PROJECT_MEMBER, new Scope.Project("insa", "chat"));
  }

  @AfterEach
  void stop() {
    http.shutdownNow();
    api.close();
    control.close();
  }

  private HttpResponse<InputStream> chat() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + control.server.address().getPort() + CHAT);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(20))
            .headers(control.access.browser(member))
            .POST(BodyPublishers.ofString(BODY))
            .build();
    return http.send(request, BodyHandlers.ofInputStream());
  }

  private static BufferedReader lines(HttpResponse<InputStream> got) {
    return new BufferedReader(new InputStreamReader(got.body(), StandardCharsets.UTF_8));
  }

  @Test
  void piecesArriveWhileTheAnswerIsStillBeingWritten() throws Exception {
    api.pieces.add("data: one\n\n");
    HttpResponse<InputStream> got = chat();
    assertThat(got.statusCode()).isEqualTo(200);
    BufferedReader lines = lines(got);
    assertThat(lines.readLine()).isEqualTo("data: one");
    api.pieces.add("data: two\n\n");
    assertThat(lines.readLine()).isEmpty();
    assertThat(lines.readLine()).isEqualTo("data: two");
    api.pieces.add(FakeApi.END);
    assertThat(lines.readLine()).isEmpty();
    assertThat(lines.readLine()).isNull();
  }

  @Test
  void theRequestCarriesAKeyOfTheProjectForThisPersonAndNothingOfTheSession() throws Exception {
    api.pieces.add(FakeApi.END);
    assertThat(chat().statusCode()).isEqualTo(200);
    FakeApi.Seen seen = api.seen.remove();
    assertThat(seen.body()).isEqualTo(BODY);
    assertThat(seen.cookie()).isEqualTo("null");
    KeyCheck check =
        control.parts.console().keys().check(seen.authorization().replace("Bearer ", ""));
    assertThat(check)
        .isInstanceOfSatisfying(
            KeyCheck.Accepted.class,
            accepted -> {
              assertThat(accepted.caller().organization()).isEqualTo("insa");
              assertThat(accepted.caller().project()).isEqualTo("chat");
              assertThat(accepted.caller().person()).contains(member.pseudonym());
            });
  }

  @Test
  void onlyHeadersThatAreForThePageComeBack() throws Exception {
    api.pieces.add(FakeApi.END);
    HttpResponse<InputStream> got = chat();
    assertThat(got.headers().firstValue("x-request-id")).contains("r-1");
    assertThat(got.headers().firstValue("x-archipel-site")).contains("rennes");
    assertThat(got.headers().firstValue("content-type")).contains("text/event-stream");
    assertThat(got.headers().firstValue("cache-control")).contains("no-store");
    assertThat(got.headers().firstValue("set-cookie")).isEmpty();
  }

  @Test
  void aBrowserThatLeavesEndsTheRequest() throws Exception {
    api.pieces.add("data: one\n\n");
    BufferedReader lines = lines(chat());
    assertThat(lines.readLine()).isEqualTo("data: one");
    lines.close();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              api.pieces.add("data: more\n\n");
              return api.left.getCount() == 0;
            });
  }

  @Test
  void anApiThatIsNotThereIsToldAsAProblem() throws Exception {
    control.api.set(InetSocketAddress.createUnresolved("127.0.0.1", 1));
    assertThat(chat().statusCode()).isEqualTo(503);
    control.ready.set(false);
    assertThat(chat().statusCode()).isEqualTo(503);
    assertThat(api.seen).isEmpty();
  }

  @Test
  void aProjectOfOthersAndARequestFromAnotherPageAreRefused() throws Exception {
    String[] browser = control.access.browser(member);
    String foreign = CHAT.replace("insa", "inria");
    assertThat(control.send("POST", foreign, BODY, browser).statusCode()).isEqualTo(403);
    assertThat(control.send("POST", CHAT, BODY, browser[0], browser[1]).statusCode())
        .isEqualTo(403);
    assertThat(api.seen).isEmpty();
  }
}
