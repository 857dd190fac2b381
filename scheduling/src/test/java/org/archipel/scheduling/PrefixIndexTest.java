package org.archipel.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PrefixIndexTest {
  private final EngineTable table = new EngineTable();
  private final PrefixIndex index = new PrefixIndex();
  private final PrefixIndex.Found found = new PrefixIndex.Found();

  @Test
  void longestCommonBeginningIsFound() {
    Engine engine = engine("a", 100_000);
    index.computed(chain(1, 2, 3, 4), engine);
    assertThat(held(chain(1, 2, 3, 9), engine)).isEqualTo(3 * Prefix.BLOCK_TOKENS);
    assertThat(held(chain(1, 2, 3, 4, 5), engine)).isEqualTo(4 * Prefix.BLOCK_TOKENS);
    assertThat(held(chain(9), engine)).isZero();
    assertThat(held(Prefix.NONE, engine)).isZero();
  }

  @Test
  void enginesThatShareOnlyASystemPromptAreFoundBesideTheOneThatKnowsAll() {
    Engine knowsAll = engine("a", 100_000);
    Engine knowsSome = engine("b", 100_000);
    index.computed(chain(1, 2, 3, 4, 5, 6, 7, 8), knowsAll);
    index.computed(chain(1, 2, 30, 40), knowsSome);
    index.find(chain(1, 2, 3, 4, 5, 6, 7, 8, 9), table, found);
    assertThat(found.engine(0)).isEqualTo(knowsAll.number());
    assertThat(found.tokens(knowsSome.number())).isPositive();
  }

  @Test
  void engineForgetsWhatItsCacheCannotHold() {
    Engine small = engine("small", 100L * Prefix.BLOCK_TOKENS);
    index.computed(chain(1, 2, 3), small);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 10; i++) {
      index.computed(new Prefix(random.longs(10).toArray(), 0), small);
    }
    assertThat(held(chain(1, 2, 3), small)).isZero();
  }

  @Test
  void engineThatWasStartedAnewHasAnEmptyCache() {
    Engine engine = engine("a", 100_000);
    index.computed(chain(1, 2, 3), engine);
    engine.wentDown(1);
    assertThat(held(chain(1, 2, 3), engine)).isZero();
    engine.cameUp(profile("a", 100_000), 2);
    assertThat(held(chain(1, 2, 3), engine)).isZero();
  }

  @Test
  void sessionIsFoundWithoutAChain() {
    Engine engine = engine("a", 100_000);
    index.computed(new Prefix(new long[0], 77), engine);
    index.find(new Prefix(new long[0], 77), table, found);
    assertThat(found.count()).isEqualTo(1);
    assertThat(found.engine(0)).isEqualTo(engine.number());
  }

  @Test
  void manyConversationsAreKeptApart() {
    List<Engine> engines = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      engines.add(engine("e" + i, 10_000_000));
    }
    for (long c = 0; c < 4_000; c++) {
      index.computed(conversation(c), engines.get((int) (c % 4)));
    }
    int right = 0;
    for (long c = 0; c < 4_000; c++) {
      index.find(conversation(c), table, found);
      if (found.count() > 0 && found.engine(0) == c % 4) {
        right++;
      }
    }
    assertThat(right).isGreaterThan(3_900);
  }

  private static Prefix conversation(long number) {
    long[] blocks = new long[20];
    SplittableRandom random = new SplittableRandom(number);
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = i < 2 ? i + 1 : random.nextLong();
    }
    return new Prefix(blocks, 0);
  }

  private int held(Prefix prefix, Engine engine) {
    index.find(prefix, table, found);
    return found.tokens(engine.number());
  }

  private static Prefix chain(long... blocks) {
    return new Prefix(blocks, 0);
  }

  private Engine engine(String id, long kvTokens) {
    EngineProfile profile = profile(id, kvTokens);
    Engine engine =
        new Engine(
            table.nextNumber(),
            profile,
            new EngineBudget().part(),
            table.group("owner"),
            SchedulingOptions.DEFAULTS);
    table.add(engine);
    engine.cameUp(profile, 0);
    return engine;
  }

  private static EngineProfile profile(String id, long kvTokens) {
    return new EngineProfile(
        id, "owner", new EngineCapacity(8, kvTokens, false), EngineSpeed.UNKNOWN);
  }
}
