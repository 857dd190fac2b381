package org.archipel.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.archipel.directory.AccessRequest.State;
import org.archipel.directory.AccessRequest.Wish;
import org.archipel.directory.AccessRequests.RequestFilter;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.directory.KeyTerms.ServiceClass;
import org.archipel.directory.access.Visible;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditCheck;
import org.archipel.storage.PageRequest;
import org.archipel.storage.StorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests become entitlements by n votes of others, and by nothing else. */
@Timeout(120)
class AccessRequestsTest {
  private static final OptionalLong ANY = OptionalLong.empty();
  private static final Actor ASKER = Actor.person("asker");

  @TempDir Path folder;

  private static Actor voter(int number) {
    return Actor.person("voter" + number);
  }

  private static Wish wish(DirectoryHarness harness, Duration length) {
    Instant now = harness.clock.instant();
    EntitlementTerms terms =
        new EntitlementTerms(
            AllowedModels.ALL,
            ServiceClass.BATCH,
            now,
            Optional.of(now.plus(length)),
            AgreedLimits.NONE);
    return new Wish("lab", Optional.empty(), terms, "a course");
  }

  private static AccessRequest submitted(DirectoryHarness harness, Duration length) {
    AccessRequests requests = harness.directory().requests();
    AccessRequest draft = requests.draft(ASKER, wish(harness, length));
    return requests.submit(ASKER, draft.id(), OptionalLong.of(1));
  }

  private static List<Entitlement> entitlements(DirectoryHarness harness) {
    return harness
        .directory()
        .entitlements()
        .list(Optional.empty(), Visible.EVERYTHING, new PageRequest(Optional.empty(), 1000))
        .items();
  }

  private DirectoryHarness harness(int needed, Set<String> approvers) {
    DirectoryHarness harness = new DirectoryHarness(folder, new ApprovalRule(needed, approvers));
    harness.firstKey();
    return harness;
  }

  @Test
  void theLastApprovalMakesTheEntitlement() {
    try (DirectoryHarness harness = harness(2, Set.of())) {
      AccessRequests requests = harness.directory().requests();
      AccessRequest request = submitted(harness, Duration.ofDays(30));
      assertThat(requests.vote(voter(1), request.id(), ANY, true, "good").state())
          .isEqualTo(State.SUBMITTED);
      assertThat(entitlements(harness)).isEmpty();
      AccessRequest decided = requests.vote(voter(2), request.id(), ANY, true, "good too");
      assertThat(decided.state()).isEqualTo(State.APPROVED);
      assertThat(entitlements(harness))
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.source().request()).contains(request.id());
                assertThat(one.terms()).isEqualTo(request.wish().terms());
              });
      harness.reopen();
      assertThat(harness.directory().requests().find(request.id())).contains(decided);
    }
  }

  @Test
  void nobodyVotesTwiceNorOnAnOwnRequestNorWithoutBeingAsked() {
    Set<String> approvers = Set.of("person:voter1", "person:voter2", "person:asker");
    try (DirectoryHarness harness = harness(2, approvers)) {
      AccessRequests requests = harness.directory().requests();
      String id = submitted(harness, Duration.ofDays(30)).id();
      assertRefused(Kind.NOT_PERMITTED, () -> requests.vote(ASKER, id, ANY, true, "mine"));
      assertRefused(Kind.NOT_PERMITTED, () -> requests.vote(voter(3), id, ANY, true, "x"));
      requests.vote(voter(1), id, ANY, true, "x");
      assertRefused(Kind.CONFLICT, () -> requests.vote(voter(1), id, ANY, true, "again"));
      assertRefused(Kind.CONFLICT, () -> requests.vote(voter(1), id, ANY, false, "again"));
      assertThat(requests.find(id).orElseThrow().votes()).hasSize(1);
      assertThat(entitlements(harness)).isEmpty();
    }
  }

  @Test
  void whatIsDecidedOrOverTakesNoMoreVotes() {
    try (DirectoryHarness harness = harness(1, Set.of())) {
      AccessRequests requests = harness.directory().requests();
      String refused = submitted(harness, Duration.ofDays(1)).id();
      assertThat(requests.vote(voter(1), refused, ANY, false, "no").state())
          .isEqualTo(State.REFUSED);
      assertRefused(Kind.CONFLICT, () -> requests.vote(voter(2), refused, ANY, true, "yes"));
      String withdrawn = submitted(harness, Duration.ofDays(1)).id();
      requests.withdraw(ASKER, withdrawn, ANY);
      assertRefused(Kind.CONFLICT, () -> requests.vote(voter(2), withdrawn, ANY, true, "yes"));
      String late = submitted(harness, Duration.ofDays(1)).id();
      harness.clock.pass(Duration.ofDays(1));
      assertRefused(Kind.CONFLICT, () -> requests.vote(voter(2), late, ANY, true, "yes"));
      requests.expireOverdue();
      assertThat(requests.find(late).orElseThrow().state()).isEqualTo(State.EXPIRED);
      assertThat(entitlements(harness)).isEmpty();
    }
  }

  @Test
  void anEntitlementThatCannotBeStoredLeavesNoVote() {
    try (DirectoryHarness harness = harness(1, Set.of())) {
      String id = submitted(harness, Duration.ofDays(1)).id();
      harness.database().write(h -> h.execute("ALTER TABLE entitlement RENAME TO away"));
      AccessRequests requests = harness.directory().requests();
      assertThatThrownBy(() -> requests.vote(voter(1), id, ANY, true, "yes"))
          .isInstanceOf(StorageException.class);
      harness.database().write(h -> h.execute("ALTER TABLE away RENAME TO entitlement"));
      assertThat(requests.find(id).orElseThrow().votes()).isEmpty();
      assertThat(requests.vote(voter(1), id, ANY, true, "yes").state()).isEqualTo(State.APPROVED);
    }
  }

  static List<Long> seeds() {
    return List.of(1L, 2L, System.nanoTime());
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void neverAnEntitlementWithoutItsVotesWhateverHappens(long seed) {
    Random random = new Random(seed);
    int needed = 1 + random.nextInt(3);
    try (DirectoryHarness harness = harness(needed, Set.of())) {
      Map<String, AccessRequest> known = new HashMap<>();
      for (int step = 0; step < 150; step++) {
        try {
          step(harness, random, known);
          check(harness, needed, known);
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError("seed " + seed + ", step " + step + ": " + e.getMessage(), e);
        }
      }
      assertThat(known).as("seed %d", seed).isNotEmpty();
      assertThat(harness.audit().verify()).isInstanceOf(AuditCheck.Whole.class);
    }
  }

  private static void step(
      DirectoryHarness harness, Random random, Map<String, AccessRequest> known) {
    AccessRequests requests = harness.directory().requests();
    List<String> ids = known.keySet().stream().sorted().toList();
    try {
      if (ids.isEmpty() || random.nextInt(8) == 0) {
        Duration length = Duration.ofHours(1 + random.nextInt(48));
        requests.draft(random.nextBoolean() ? ASKER : voter(1), wish(harness, length));
        return;
      }
      String id = ids.get(random.nextInt(ids.size()));
      Actor actor = random.nextInt(5) == 0 ? ASKER : voter(random.nextInt(4));
      OptionalLong expected = random.nextInt(6) == 0 ? OptionalLong.of(1) : ANY;
      switch (random.nextInt(10)) {
        case 0, 1 -> requests.submit(actor, id, expected);
        case 2 -> requests.change(actor, id, expected, wish(harness, Duration.ofHours(9)));
        case 3 -> {
          if (random.nextInt(3) == 0) {
            requests.withdraw(actor, id, expected);
          }
        }
        case 4 -> harness.clock.pass(Duration.ofMinutes(random.nextInt(90)));
        case 5 -> requests.expireOverdue();
        default -> requests.vote(actor, id, expected, random.nextInt(3) > 0, "because");
      }
    } catch (DirectoryException e) {
      assertThat(e.kind())
          .isIn(Kind.CONFLICT, Kind.CONFLICT_VERSION, Kind.NOT_PERMITTED, Kind.INVALID);
    }
  }

  private static void check(
      DirectoryHarness harness, int needed, Map<String, AccessRequest> known) {
    RequestFilter all = new RequestFilter(Optional.empty(), Optional.empty(), Visible.EVERYTHING);
    Map<String, Entitlement> entitlements = new HashMap<>();
    for (Entitlement one : entitlements(harness)) {
      assertThat(entitlements.put(one.source().request().orElseThrow(), one)).isNull();
    }
    PageRequest whole = new PageRequest(Optional.empty(), PageRequest.MAX_LIMIT);
    for (AccessRequest now : harness.directory().requests().list(all, whole).items()) {
      AccessRequest before = known.put(now.id(), now);
      assertThat(now.votes()).extracting(AccessRequest.Vote::voter).doesNotHaveDuplicates();
      assertThat(now.votes()).noneMatch(vote -> now.isOf(vote.voter()));
      assertThat(entitlements.containsKey(now.id())).isEqualTo(now.state() == State.APPROVED);
      assertThat(now.count(true) >= needed).isEqualTo(now.state() == State.APPROVED);
      assertThat(now.count(false) >= needed).isEqualTo(now.state() == State.REFUSED);
      if (before != null) {
        assertThat(now.votes()).containsAll(before.votes());
        if (!now.equals(before)) {
          assertThat(now.version()).isGreaterThan(before.version());
        }
      }
    }
    assertThat(known.keySet()).containsAll(entitlements.keySet());
  }

  private static void assertRefused(Kind kind, Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            DirectoryException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
