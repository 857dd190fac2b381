package org.archipel.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.directory.KeyCheck.Rejected;
import org.archipel.storage.Actor;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random operations on a directory and on a model of it: both must always agree. */
@Timeout(120)
class DirectoryModelTest {
  private static final int STEPS = 400;
  private static final int NAMES = 4;

  @TempDir Path folder;

  static List<Long> seeds() {
    // Two that stay, for comparison, and one that is new each time and printed on failure.
    return List.of(1L, 2L, System.nanoTime());
  }

  /** What the model knows of a key. */
  private record Known(NewKey key, Optional<Instant> expiresAt, Optional<Instant> revokedAt) {}

  private final Map<String, Set<String>> projects = new TreeMap<>();
  private final List<Known> keys = new ArrayList<>();

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void directoryAndModelAgree(long seed) {
    Random random = new Random(seed);
    try (DirectoryHarness harness = new DirectoryHarness(folder)) {
      for (int step = 0; step < STEPS; step++) {
        try {
          step(harness, random);
          if (step % 10 == 0) {
            assertListsAgree(harness);
          }
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError("seed " + seed + ", step " + step + ": " + e.getMessage(), e);
        }
      }
      assertListsAgree(harness);
    }
    assertThat(keys).as("seed %d", seed).isNotEmpty();
  }

  private void step(DirectoryHarness harness, Random random) {
    switch (random.nextInt(20)) {
      case 0, 1 -> createOrganization(harness, name(random));
      case 2, 3 -> createProject(harness, name(random), name(random));
      case 4, 5, 6 -> createKey(harness, random);
      case 7, 8 -> revoke(harness, random);
      case 9 -> harness.clock.pass(Duration.ofMillis(random.nextInt(100_000)));
      case 10 -> harness.directory().saveLastUses();
      case 11 -> {
        if (random.nextInt(4) == 0) {
          harness.reopen();
        }
      }
      default -> checkOne(harness, random);
    }
  }

  private static String name(Random random) {
    return "n" + random.nextInt(NAMES);
  }

  private void createOrganization(DirectoryHarness harness, String name) {
    Optional<Kind> refusal =
        refusal(() -> harness.directory().createOrganization(Actor.token(), name));
    boolean isNew = projects.putIfAbsent(name, new TreeSet<>()) == null;
    assertThat(refusal).isEqualTo(isNew ? Optional.empty() : Optional.of(Kind.EXISTS));
  }

  private void createProject(DirectoryHarness harness, String organization, String name) {
    Optional<Kind> refusal =
        refusal(() -> harness.directory().createProject(Actor.token(), organization, name));
    Optional<Kind> expected;
    if (!projects.containsKey(organization)) {
      expected = Optional.of(Kind.NOT_FOUND);
    } else {
      boolean isNew = projects.get(organization).add(name);
      expected = isNew ? Optional.empty() : Optional.of(Kind.EXISTS);
    }
    assertThat(refusal).isEqualTo(expected);
  }

  private void createKey(DirectoryHarness harness, Random random) {
    String organization = name(random);
    String project = name(random);
    Optional<Instant> expiry =
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(harness.clock.instant().plusMillis(1 + random.nextInt(1_000_000)));
    Optional<Kind> refusal =
        refusal(
            () ->
                keys.add(
                    new Known(
                        harness
                            .directory()
                            .createKey(
                                Actor.token(), organization, project, Optional.empty(), expiry),
                        expiry,
                        Optional.empty())));
    boolean known = projects.getOrDefault(organization, Set.of()).contains(project);
    assertThat(refusal).isEqualTo(known ? Optional.empty() : Optional.of(Kind.NOT_FOUND));
  }

  private void revoke(DirectoryHarness harness, Random random) {
    if (keys.isEmpty()) {
      assertThat(refusal(() -> harness.directory().revokeKey(Actor.token(), "zzzzzzzzzzzz")))
          .contains(Kind.NOT_FOUND);
      return;
    }
    int index = random.nextInt(keys.size());
    Known known = keys.get(index);
    Optional<Instant> at = known.revokedAt().or(() -> Optional.of(harness.clock.instant()));
    assertThat(harness.directory().revokeKey(Actor.token(), known.key().key().id()).revokedAt())
        .isEqualTo(at);
    keys.set(index, new Known(known.key(), known.expiresAt(), at));
  }

  private void checkOne(DirectoryHarness harness, Random random) {
    if (keys.isEmpty()) {
      assertThat(harness.directory().keyRing().check("ark")).isEqualTo(Rejected.UNKNOWN);
      return;
    }
    Known known = keys.get(random.nextInt(keys.size()));
    assertThat(harness.check(known.key())).isEqualTo(expected(known, harness.clock.instant()));
    Known other = keys.get(random.nextInt(keys.size()));
    if (!other.equals(known)) {
      String mixed = known.key().secret().substring(0, 17) + other.key().secret().substring(17);
      assertThat(harness.directory().keyRing().check(mixed)).isEqualTo(Rejected.UNKNOWN);
    }
  }

  private static KeyCheck expected(Known known, Instant now) {
    if (known.revokedAt().isPresent()) {
      return Rejected.REVOKED;
    }
    boolean over = known.expiresAt().map(at -> !now.isBefore(at)).orElse(false);
    return over ? Rejected.EXPIRED : DirectoryHarness.accepted(known.key());
  }

  private void assertListsAgree(DirectoryHarness harness) {
    assertThat(harness.organizations().stream().map(Organization::name))
        .containsExactlyElementsOf(projects.keySet());
    assertThat(harness.projects(Optional.empty()).stream().map(p -> p.organization() + p.name()))
        .containsExactlyElementsOf(
            projects.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(name -> entry.getKey() + name))
                .toList());
    assertThat(harness.keys().stream().map(key -> key.id() + key.expiresAt() + key.revokedAt()))
        .containsExactlyInAnyOrderElementsOf(
            keys.stream()
                .map(known -> known.key().key().id() + known.expiresAt() + known.revokedAt())
                .toList());
  }

  private static Optional<Kind> refusal(Runnable work) {
    try {
      work.run();
      return Optional.empty();
    } catch (DirectoryException e) {
      return Optional.of(e.kind());
    }
  }
}
