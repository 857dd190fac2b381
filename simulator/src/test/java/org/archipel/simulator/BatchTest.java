package org.archipel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchTest {
  private final List<String> started = new ArrayList<>();

  @Test
  void workAboveTheLimitWaitsItsTurn() {
    Batch batch = new Batch(1, 1_000_000, false);
    Work a = new Work("a");
    Work b = new Work("b");
    Work c = new Work("c");

    assertThat(batch.submit(a)).isTrue();
    assertThat(batch.submit(b)).isFalse();
    assertThat(batch.submit(c)).isFalse();
    assertThat(batch.waiting()).isEqualTo(2);
    batch.leave(a);
    batch.leave(b);

    assertThat(started).containsExactly("b", "c");
    assertThat(batch.running()).isEqualTo(1);
    assertThat(batch.contextTokens()).isEqualTo(10);
  }

  @Test
  void workThatLeavesWhileWaitingNeverStarts() {
    Batch batch = new Batch(1, 1_000_000, false);
    Work a = new Work("a");
    Work b = new Work("b");
    batch.submit(a);
    batch.submit(b);

    batch.leave(b);
    batch.leave(a);
    batch.leave(a);

    assertThat(started).isEmpty();
    assertThat(batch.running()).isZero();
    assertThat(batch.contextTokens()).isZero();
  }

  @Test
  void workThatFindsNoRoomWaitsAndNobodyOvertakesIt() {
    Batch batch = new Batch(8, 45, false);
    Work a = new Work("a");
    Work large = new Work("large", 40);
    Work b = new Work("b");

    assertThat(batch.submit(a)).isTrue();
    assertThat(batch.submit(large)).isFalse();
    assertThat(batch.submit(b)).isFalse();
    batch.leave(a);
    assertThat(started).containsExactly("large");
    batch.leave(large);

    assertThat(started).containsExactly("large", "b");
    assertThat(batch.contextTokens()).isEqualTo(10);
  }

  @Test
  void workThatGivesUpLetsThoseBehindItIn() {
    Batch batch = new Batch(8, 45, false);
    Work a = new Work("a");
    Work large = new Work("large", 40);
    batch.submit(a);
    batch.submit(large);
    batch.submit(new Work("b"));
    batch.submit(new Work("c"));

    batch.leave(large);

    assertThat(started).containsExactly("b", "c");
    assertThat(batch.running()).isEqualTo(3);
  }

  @Test
  void workLargerThanAllTheRoomRunsAlone() {
    Batch batch = new Batch(8, 45, false);
    assertThat(batch.submit(new Work("huge", 1_000))).isTrue();
    assertThat(batch.submit(new Work("a"))).isFalse();
  }

  @Test
  void promptsAreComputedOneAfterTheOther() {
    Batch batch = new Batch(8, 1_000_000, true);
    Work a = new Work("a");
    Work b = new Work("b");
    Work c = new Work("c");

    assertThat(batch.submit(a)).isTrue();
    assertThat(batch.submit(b)).isFalse();
    assertThat(batch.submit(c)).isFalse();
    assertThat(batch.running()).isEqualTo(3);
    batch.leave(b);
    assertThat(started).isEmpty();
    batch.prefilled(a);

    assertThat(started).containsExactly("c");
  }

  @Test
  void leavingInTheMiddleOfAPromptLetsTheNextOneBegin() {
    Batch batch = new Batch(8, 1_000_000, true);
    Work a = new Work("a");
    batch.submit(a);
    batch.submit(new Work("b"));

    batch.leave(a);

    assertThat(started).containsExactly("b");
  }

  @Test
  void whateverHappensEachWorkStartsAtMostOnceAndTheLimitHolds() {
    long seed = 20_261_122;
    Random random = new Random(seed);
    Batch batch = new Batch(3, 1_000_000, true);
    List<Work> inside = new ArrayList<>();
    Set<String> begun = new HashSet<>();
    for (int step = 0; step < 5_000; step++) {
      if (inside.isEmpty() || random.nextInt(3) == 0) {
        Work work = new Work("w" + step);
        inside.add(work);
        if (batch.submit(work)) {
          started.add(work.name);
        }
      } else {
        Work work = inside.get(random.nextInt(inside.size()));
        if (random.nextBoolean() && begun.contains(work.name)) {
          batch.prefilled(work);
        } else {
          batch.leave(work);
          inside.remove(work);
        }
      }
      for (String name : started) {
        assertThat(begun.add(name)).as("seed %d, step %d, %s", seed, step, name).isTrue();
      }
      started.clear();
      assertThat(batch.running()).as("seed %d", seed).isLessThanOrEqualTo(3);
      assertThat(batch.running() + batch.waiting()).as("seed %d", seed).isEqualTo(inside.size());
    }
    inside.forEach(batch::leave);
    assertThat(batch.contextTokens()).as("seed %d", seed).isZero();
  }

  private final class Work implements Batch.Work {
    private final String name;
    private final int contextTokens;

    Work(String name) {
      this(name, 10);
    }

    Work(String name, int contextTokens) {
      this.name = name;
      this.contextTokens = contextTokens;
    }

    @Override
    public int contextTokens() {
      return contextTokens;
    }

    @Override
    public void startPrefill() {
      started.add(name);
    }
  }
}
