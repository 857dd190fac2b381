package org.archipel.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.archipel.directory.KeyTerms.Routing;
import org.archipel.directory.KeyTerms.ServiceClass;
import org.archipel.storage.Actor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is agreed with a key follows from what was said, and lasts. */
final class KeyTermsTest {
  @TempDir private Path folder = Path.of(".");

  private static KeyTerms asked(String serviceClass, String maxClass, String mode, String maxMode) {
    return KeyTerms.asked(
        said(serviceClass), said(maxClass), said(mode), said(maxMode), OptionalInt.empty());
  }

  private static Optional<String> said(String text) {
    return Optional.of(text).filter(said -> !said.equals("-"));
  }

  @Test
  void nothingSaidIsTheDefault() {
    assertThat(asked("-", "-", "-", "-")).isEqualTo(KeyTerms.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource({
    "batch, -, -, -, BATCH, INTERACTIVE, ANY, ANY",
    "-, batch, -, -, BATCH, BATCH, ANY, ANY",
    "-, standard, -, -, STANDARD, STANDARD, ANY, ANY",
    "interactive, interactive, -, -, INTERACTIVE, INTERACTIVE, ANY, ANY",
    "-, -, local-first, -, STANDARD, INTERACTIVE, LOCAL_FIRST, ANY",
    "-, -, local-only, -, STANDARD, INTERACTIVE, LOCAL_ONLY, LOCAL_ONLY",
    "-, -, local-only, any, STANDARD, INTERACTIVE, LOCAL_ONLY, ANY",
    "-, -, -, local-first, STANDARD, INTERACTIVE, LOCAL_FIRST, LOCAL_FIRST",
  })
  void whatIsLeftOutFollowsFromWhatIsSaid(
      String serviceClass,
      String maxClass,
      String mode,
      String maxMode,
      ServiceClass expectedClass,
      ServiceClass expectedMaxClass,
      Routing expectedMode,
      Routing expectedMaxMode) {
    assertThat(asked(serviceClass, maxClass, mode, maxMode))
        .isEqualTo(
            new KeyTerms(
                expectedClass,
                expectedMaxClass,
                expectedMode,
                expectedMaxMode,
                OptionalInt.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          urgent      | -        | -   | -          | class: urgent (expected: one of interactive, standard, batch)
          -           | BATCH    | -   | -          | max_class: BATCH (expected: one of interactive, standard, batch)
          -           | -        | no  | -          | routing: no (expected: one of any, local-first, local-only)
          -           | -        | -   | local_only | max_routing: local_only (expected: one of any, local-first, local-only)
          interactive | standard | -   | -          | class: interactive (expected: no more urgent than max_class, standard)
          -           | -        | any | local-only | routing: any (expected: no wider than max_routing, local-only)
          """)
  void wrongWordsAreRefused(
      String serviceClass, String maxClass, String mode, String maxMode, String message) {
    assertThatThrownBy(() -> asked(serviceClass, maxClass, mode, maxMode))
        .isInstanceOf(DirectoryException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({"-1", "1000001"})
  void aQueueOutOfRangeIsRefused(int queue) {
    Optional<String> nothing = Optional.empty();
    assertThatThrownBy(
            () -> KeyTerms.asked(nothing, nothing, nothing, nothing, OptionalInt.of(queue)))
        .hasMessage("queue: " + queue + " (expected: 0 to 1000000)");
  }

  @Test
  void termsLastAndReachTheCaller() {
    KeyTerms terms =
        new KeyTerms(
            ServiceClass.BATCH,
            ServiceClass.STANDARD,
            Routing.LOCAL_ONLY,
            Routing.LOCAL_FIRST,
            OptionalInt.of(7));
    try (DirectoryHarness harness = new DirectoryHarness(folder)) {
      NewKey plain = harness.firstKey();
      NewKey key =
          harness
              .directory()
              .createKey(Actor.token(), "lab", "web", Optional.empty(), Optional.empty(), terms);
      for (int round = 0; round < 2; round++) {
        assertThat(harness.check(key)).isEqualTo(DirectoryHarness.accepted(key));
        assertThat(harness.directory().keys(Optional.empty(), Optional.empty()))
            .extracting(ApiKey::terms)
            .containsExactlyInAnyOrder(KeyTerms.DEFAULT, terms);
        assertThat(plain.key().terms()).isEqualTo(KeyTerms.DEFAULT);
        assertThat(key.key().terms()).isEqualTo(terms);
        harness.reopen();
      }
    }
  }

  @Test
  void keysFromBeforeThereWereTermsHaveTheDefault() {
    try (DirectoryHarness harness = new DirectoryHarness(folder)) {
      harness.firstKey();
      harness
          .database()
          .write(
              handle ->
                  handle.execute(
                      "INSERT INTO api_key (id, organization, project, secret_sha256, created_at)"
                          + " VALUES ('aaaaaaaaaaaa', 'lab', 'web', ?, 0)",
                      "0".repeat(64)));
      assertThat(harness.directory().keys(Optional.empty(), Optional.empty()))
          .extracting(ApiKey::terms)
          .containsOnly(KeyTerms.DEFAULT);
    }
  }
}
