package org.archipel.directory;

import static org.archipel.directory.DirectoryHarness.accepted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.directory.KeyCheck.Rejected;
import org.archipel.storage.Actor;
import org.archipel.storage.StorageException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DirectoryTest {
  @TempDir Path folder;
  private DirectoryHarness harness;

  @BeforeEach
  void open() {
    harness = new DirectoryHarness(folder);
  }

  @AfterEach
  void close() {
    harness.close();
  }

  @Test
  void aNewKeyIsAcceptedAtOnceAsItsProject() {
    NewKey key = harness.firstKey();
    assertThat(key.secret()).matches("ark-[0-9a-z]{12}-[0-9A-Za-z]{32}").contains(key.key().id());
    assertThat(harness.check(key)).isEqualTo(accepted(key));
  }

  @Test
  void aRevokedKeyStopsAtOnceAndStaysStopped() {
    NewKey key = harness.firstKey();
    NewKey other = harness.key(Optional.empty());
    ApiKey revoked = harness.directory().revokeKey(Actor.token(), key.key().id());
    assertThat(revoked.revokedAt()).contains(harness.clock.instant());
    assertThat(harness.check(key)).isEqualTo(Rejected.REVOKED);
    assertThat(harness.check(other)).isEqualTo(accepted(other));

    harness.clock.pass(Duration.ofHours(1));
    assertThat(harness.directory().revokeKey(Actor.token(), key.key().id())).isEqualTo(revoked);
    harness.reopen();
    assertThat(harness.check(key)).isEqualTo(Rejected.REVOKED);
    assertThat(harness.check(other)).isEqualTo(accepted(other));
  }

  @Test
  void aKeyEndsAtTheInstantOfItsExpiry() {
    harness.firstKey();
    NewKey key = harness.key(Optional.of(harness.clock.instant().plusMillis(5000)));
    harness.clock.pass(Duration.ofMillis(4999));
    assertThat(harness.check(key)).isEqualTo(accepted(key));
    harness.clock.pass(Duration.ofMillis(1));
    assertThat(harness.check(key)).isEqualTo(Rejected.EXPIRED);
    harness.reopen();
    assertThat(harness.check(key)).isEqualTo(Rejected.EXPIRED);
  }

  @Test
  void whoHasNotTheSecretDoesNotLearnThatAKeyWasRevoked() {
    NewKey key = harness.firstKey();
    NewKey other = harness.key(Optional.empty());
    harness.directory().revokeKey(Actor.token(), key.key().id());
    String guess = key.secret().substring(0, 17) + other.secret().substring(17);
    assertThat(harness.directory().keyRing().check(guess)).isEqualTo(Rejected.UNKNOWN);
  }

  @Test
  void listsAreWhatWasCreatedAlsoAfterReopening() {
    Directory directory = harness.directory();
    Organization lab = directory.createOrganization(Actor.token(), "lab");
    Organization academy = directory.createOrganization(Actor.token(), "academy");
    Project web = directory.createProject(Actor.token(), "lab", "web");
    Project api = directory.createProject(Actor.token(), "lab", "api");
    Project same = directory.createProject(Actor.token(), "academy", "web");
    Instant expiry = harness.clock.instant().plus(Duration.ofDays(30));
    ApiKey first =
        directory
            .createKey(Actor.token(), "lab", "web", Optional.of("Été № 1 🐟"), Optional.of(expiry))
            .key();
    harness.clock.pass(Duration.ofMillis(1));
    ApiKey second =
        directory.createKey(Actor.token(), "lab", "api", Optional.empty(), Optional.empty()).key();
    harness.clock.pass(Duration.ofMillis(1));
    ApiKey third =
        directory
            .createKey(Actor.token(), "academy", "web", Optional.empty(), Optional.empty())
            .key();

    for (int round = 0; round < 2; round++) {
      assertThat(harness.organizations()).containsExactly(academy, lab);
      assertThat(harness.projects(Optional.empty())).containsExactly(same, api, web);
      assertThat(harness.projects(Optional.of("lab"))).containsExactly(api, web);
      assertThat(harness.keys()).containsExactly(first, second, third);
      assertThat(harness.keys(Optional.of("lab"), Optional.empty())).containsExactly(first, second);
      assertThat(harness.keys(Optional.of("lab"), Optional.of("web"))).containsExactly(first);
      harness.reopen();
    }
  }

  @Test
  @DisabledIfSystemProperty(named = "archipel.test.storage", matches = "postgresql")
  void theSecretIsNowhereInTheFilesNorInTheText() throws IOException {
    NewKey key = harness.firstKey();
    String secret = key.secret().substring(17);
    assertThat(key.toString()).contains(key.key().id()).doesNotContain(secret);
    assertThat(harness.check(key)).isEqualTo(accepted(key));
    assertThat(filesContain(key.key().id())).isTrue();
    assertThat(filesContain(secret)).isFalse();
    harness.close();
    assertThat(filesContain(key.key().id())).isTrue();
    assertThat(filesContain(secret)).isFalse();
    byte[] bytes = secret.getBytes(StandardCharsets.US_ASCII);
    assertThat(filesContain(HexFormat.of().formatHex(bytes))).isFalse();
    harness.reopen();
  }

  private boolean filesContain(String text) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      boolean found = false;
      for (Path file : files.toList()) {
        found |= Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
      }
      return found;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "0", "univ-rennes", "a--b", "a1234567890-"})
  void slugsAreAcceptedUpToSixtyFourCharacters(String start) {
    String name = start.endsWith("-") ? start + "x".repeat(64 - start.length()) : start;
    assertThat(harness.directory().createOrganization(Actor.token(), name).name()).isEqualTo(name);
    assertThat(harness.directory().createProject(Actor.token(), name, name).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-a",
        "a-",
        "-",
        "Lab",
        "é",
        "a b",
        "a\n",
        "a_b",
        "a.b",
        "x'; DROP TABLE organization; --",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void otherNamesAreRefused(String name) {
    harness.directory().createOrganization(Actor.token(), "lab");
    assertRefused(Kind.INVALID, () -> harness.directory().createOrganization(Actor.token(), name));
    assertRefused(
        Kind.INVALID, () -> harness.directory().createProject(Actor.token(), "lab", name));
    assertRefused(
        Kind.NOT_FOUND, () -> harness.directory().createProject(Actor.token(), name, "web"));
    assertThat(harness.organizations()).hasSize(1);
  }

  @Test
  void aRefusalNamesTheValueWithoutItsControlCharacters() {
    assertThatThrownBy(() -> harness.directory().createOrganization(Actor.token(), "La\u001b[2Jb"))
        .hasMessage(
            "organization: La\uFFFD[2Jb (expected: 1 to 64 of a-z, 0-9 and '-', with no '-' at"
                + " either end)");
    assertThatThrownBy(
            () -> harness.directory().createOrganization(Actor.token(), "A".repeat(100_000)))
        .message()
        .hasSizeLessThan(200);
  }

  @Test
  void labelsAreUpToTwoHundredPrintableCharacters() {
    harness.firstKey();
    Directory directory = harness.directory();
    String longest = "🐟".repeat(200);
    ApiKey key =
        directory
            .createKey(Actor.token(), "lab", "web", Optional.of(longest), Optional.empty())
            .key();
    harness.reopen();
    assertThat(harness.keys()).contains(key);
    for (String bad : List.of("", "  ", "a\tb", "a\u202eb", "x".repeat(201), "\ud800")) {
      assertRefused(
          Kind.INVALID,
          () ->
              harness
                  .directory()
                  .createKey(Actor.token(), "lab", "web", Optional.of(bad), Optional.empty()));
    }
  }

  @Test
  void anExpiryOutsideOfTheFutureIsRefused() {
    harness.firstKey();
    Instant now = harness.clock.instant();
    for (Instant bad : List.of(now, now.plusNanos(999_999), Instant.MIN, Instant.MAX)) {
      assertRefused(Kind.INVALID, () -> harness.key(Optional.of(bad)));
    }
    assertThat(harness.keys()).hasSize(1);
  }

  @Test
  void whatDoesNotExistIsNamed() {
    Directory directory = harness.directory();
    directory.createOrganization(Actor.token(), "lab");
    Optional<String> none = Optional.of("none");
    assertThatThrownBy(() -> directory.createProject(Actor.token(), "none", "web"))
        .hasMessage("organization none does not exist");
    assertThatThrownBy(
            () ->
                directory.createKey(
                    Actor.token(), "lab", "none", Optional.empty(), Optional.empty()))
        .hasMessage("project none of lab does not exist");
    assertThatThrownBy(() -> directory.revokeKey(Actor.token(), "000000000000"))
        .hasMessage("key 000000000000 does not exist");
    assertRefused(Kind.NOT_FOUND, () -> harness.projects(none));
    assertRefused(Kind.NOT_FOUND, () -> harness.keys(none, Optional.empty()));
    assertRefused(Kind.NOT_FOUND, () -> harness.keys(Optional.of("lab"), none));
    assertRefused(Kind.INVALID, () -> harness.keys(Optional.empty(), none));
    assertRefused(Kind.NOT_FOUND, () -> directory.revokeKey(Actor.token(), "000000000000"));
  }

  @Test
  void aWholeKeyInPlaceOfItsIdIsNotRepeated() {
    NewKey key = harness.firstKey();
    DirectoryException e =
        catchThrowableOfType(
            DirectoryException.class,
            () -> harness.directory().revokeKey(Actor.token(), key.secret()));
    assertThat(e.kind()).isEqualTo(Kind.INVALID);
    assertThat(e.getMessage()).doesNotContain(key.secret().substring(17));
    assertThat(harness.check(key)).isEqualTo(accepted(key));
  }

  @Test
  void ofManyWhoCreateTheSameNameOneSucceeds() throws Exception {
    Directory directory = harness.directory();
    assertThat(together(() -> directory.createOrganization(Actor.token(), "lab")))
        .isEqualTo(Map.of("done", 1, "EXISTS", 19));
    assertThat(together(() -> directory.createProject(Actor.token(), "lab", "web")))
        .isEqualTo(Map.of("done", 1, "EXISTS", 19));
    assertThat(together(() -> harness.key(Optional.empty()))).isEqualTo(Map.of("done", 20));
    assertThat(harness.keys()).hasSize(20);
  }

  private static Map<String, Integer> together(Callable<?> work) throws Exception {
    Map<String, Integer> outcomes = new HashMap<>();
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(
            threads.submit(
                () -> {
                  start.await();
                  return work.call();
                }));
      }
      start.countDown();
      for (Future<?> one : all) {
        outcomes.merge(outcome(one), 1, Integer::sum);
      }
    }
    return outcomes;
  }

  private static String outcome(Future<?> future) throws Exception {
    try {
      future.get();
      return "done";
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DirectoryException refusal) {
        return refusal.kind().name();
      }
      throw e;
    }
  }

  @Test
  void aKeyThatCannotBeStoredIsStoppedAllTheSame() {
    NewKey key = harness.firstKey();
    harness.database().close();
    assertThatThrownBy(() -> harness.directory().revokeKey(Actor.token(), key.key().id()))
        .isInstanceOf(StorageException.class);
    assertThat(harness.check(key)).isEqualTo(Rejected.REVOKED);
    assertThatThrownBy(() -> harness.key(Optional.empty())).isInstanceOf(StorageException.class);
  }

  @Test
  void keysAreCheckedWhileTheDatabaseIsGone() {
    NewKey key = harness.firstKey();
    harness.database().close();
    assertThat(harness.check(key)).isEqualTo(accepted(key));
  }

  private static void assertRefused(Kind kind, ThrowingCallable work) {
    DirectoryException e = catchThrowableOfType(DirectoryException.class, work);
    assertThat(e).isNotNull();
    assertThat(e.kind()).isEqualTo(kind);
  }
}
