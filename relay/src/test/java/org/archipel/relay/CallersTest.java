package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.archipel.directory.Caller;
import org.archipel.directory.Grants;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.KeyCheck.Rejected;
import org.archipel.directory.KeyRing;
import org.archipel.directory.KeyTerms;
import org.archipel.directory.UserProof;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Callers of whom it takes time, or a second token, to know who they are. */
@ExtendWith(LeakCheck.class)
final class CallersTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY = "{\"model\":\"m\"}";
  private static final Caller CALLER =
      new Caller("key-1", "univ-a", "chat", KeyTerms.DEFAULT, Optional.of("p-ada"), Grants.ALL);

  private final ScriptedEngine engine = new ScriptedEngine();

  private RelayFixture later(Supplier<KeyCheck> verdict) {
    return RelayFixture.of(engine).keys(_ -> new KeyCheck.Pending(verdict)).start();
  }

  @Test
  void whatComesWhileItIsFoundOutWhoAsksIsServedInItsOrder() throws Exception {
    CountDownLatch known = new CountDownLatch(1);
    try (RelayFixture relay =
        later(
            () -> {
              await(known);
              return new KeyCheck.Accepted(CALLER);
            })) {
      RawClient client = relay.client();
      client.post(CHAT, BODY).post(CHAT, BODY);
      // The loops are free meanwhile.
      assertThat(relay.client().get("/health/live").answer().status()).isEqualTo(200);
      assertThat(engine.calls()).isEmpty();
      known.countDown();
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(engine.calls()).hasSize(2);
      assertThat(relay.settled())
          .allSatisfy(one -> assertThat(one.record().person()).contains("p-ada"));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aClientThatLeavesBeforeItIsKnownLeavesNothing() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch known = new CountDownLatch(1);
    try (RelayFixture relay =
        later(
            () -> {
              asked.countDown();
              await(known);
              return new KeyCheck.Accepted(CALLER);
            })) {
      RawClient client = relay.client();
      client.post(CHAT, BODY);
      await(asked);
      client.reset();
      known.countDown();
      assertThat(relay.client().get("/health/live").answer().status()).isEqualTo(200);
      assertThat(engine.calls()).isEmpty();
    }
  }

  @Test
  void eachRefusalHasItsStatusAndCode() throws Exception {
    Map<Rejected, String> codes =
        Map.of(
            Rejected.TOKEN, "401 invalid_api_key",
            Rejected.TOKEN_EXPIRED, "401 invalid_api_key",
            Rejected.TOKEN_AUDIENCE, "401 invalid_api_key",
            Rejected.TOKEN_WITHOUT_PLACE, "403 project_required",
            Rejected.PERSON_SUSPENDED, "403 person_suspended",
            Rejected.SUSPENDED, "403 organization_suspended",
            Rejected.UNAVAILABLE, "503 token_check_unavailable");
    for (Map.Entry<Rejected, String> one : codes.entrySet()) {
      try (RelayFixture relay = RelayFixture.of(engine).keys(_ -> pending(one.getKey())).start()) {
        RawClient.Answer answer = relay.client().post(CHAT, BODY).answer();
        assertThat(answer.status() + " " + answer.text())
            .as(one.getKey().name())
            .matches(("(?s)" + one.getValue()).replace(" ", " .*\"code\":\"") + "\".*");
      }
    }
    assertThat(engine.calls()).isEmpty();
  }

  private static KeyCheck pending(KeyCheck verdict) {
    return new KeyCheck.Pending(() -> verdict);
  }

  @Test
  void aDefectWhileItIsFoundOutIsAnErrorAndNotSilence() throws Exception {
    try (RelayFixture relay =
        later(
            () -> {
              throw new IllegalStateException("broken");
            })) {
      RawClient.Answer answer = relay.client().post(CHAT, BODY).answer();
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.text()).contains("internal_error").doesNotContain("broken");
    }
  }

  /** A ring with one key, whose requests may name persons. */
  private static KeyRing naming(BiFunction<Caller, String, KeyCheck> users) {
    Caller caller =
        new Caller(
            "key-1",
            "univ-a",
            "chat",
            KeyTerms.DEFAULT,
            Optional.empty(),
            Grants.ALL,
            Optional.of(new UserProof("sealed", false)));
    return new KeyRing() {
      @Override
      public KeyCheck check(String presented) {
        return new KeyCheck.Accepted(caller);
      }

      @Override
      public KeyCheck identify(Caller known, String userToken) {
        return users.apply(known, userToken);
      }
    };
  }

  @Test
  void thePersonBehindAKeyIsInTheRecordAndItsTokenDoesNotGoOn() throws Exception {
    KeyRing ring =
        naming(
            (caller, token) ->
                token.isEmpty()
                    ? new KeyCheck.Accepted(caller)
                    : new KeyCheck.Accepted(caller.withPerson("p-" + token)));
    try (RelayFixture relay = RelayFixture.of(engine).keys(ring).start()) {
      String header = "X-OpenWebUI-User-Jwt: secret-token\r\n";
      assertThat(relay.client().post(CHAT, BODY, header).answer().status()).isEqualTo(200);
      assertThat(relay.client().post(CHAT, BODY).answer().status()).isEqualTo(200);
      assertThat(engine.call().head()).doesNotContainIgnoringCase("secret-token");
      List<Optional<String>> persons =
          relay.settled().stream().map(one -> one.record().person()).toList();
      assertThat(persons).containsExactly(Optional.of("p-secret-token"), Optional.empty());
    }
  }

  @Test
  void aTokenOfAUserThatIsNotGoodIsRefused() throws Exception {
    for (Rejected why : List.of(Rejected.USER_TOKEN, Rejected.USER_TOKEN_MISSING)) {
      try (RelayFixture relay = RelayFixture.of(engine).keys(naming((_, _) -> why)).start()) {
        RawClient.Answer answer = relay.client().post(CHAT, BODY).answer();
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text()).contains("x-openwebui-user-jwt");
      }
    }
  }

  @Test
  void aKeyThatNamesNobodyIsNotAskedForPersons() throws Exception {
    KeyRing ring =
        new KeyRing() {
          @Override
          public KeyCheck check(String presented) {
            return new KeyCheck.Accepted(CALLER);
          }

          @Override
          public KeyCheck identify(Caller caller, String userToken) {
            throw new IllegalStateException("not for this key");
          }
        };
    try (RelayFixture relay = RelayFixture.of(engine).keys(ring).start()) {
      String header = "X-OpenWebUI-User-Jwt: forged\r\n";
      assertThat(relay.client().post(CHAT, BODY, header).answer().status()).isEqualTo(200);
    }
  }
}
