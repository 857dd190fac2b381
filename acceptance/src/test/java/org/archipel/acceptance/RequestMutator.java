package org.archipel.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes spoilt requests out of correct ones. The same seed and number always make the same mutant,
 * so that a failure can be had again alone; both are part of its name.
 */
final class RequestMutator {
  private static final int MAX_PACKETS = 40;

  private final long seed;
  private final List<BaseRequests.Base> bases;

  RequestMutator(long seed, SdkTarget target) {
    this.seed = seed;
    this.bases = BaseRequests.of(target);
  }

  /** The mutant of this number, from 0. */
  Mutant mutant(int number) {
    Random random = new Random(seed * 1_000_003 + number);
    // Neighbouring seeds begin alike.
    random.nextLong();
    BaseRequests.Base base = bases.get(random.nextInt(bases.size()));
    return random.nextInt(12) == 0 ? pipelined(base, random, number) : spoilt(base, random, number);
  }

  private Mutant spoilt(BaseRequests.Base base, Random random, int number) {
    List<Mutation> mutations = mutations(base.kind());
    Mutation mutation = mutations.get(random.nextInt(mutations.size()));
    byte[] bytes = mutation.bytes().make(base.request(), random);
    // One that has no body to spoil may come out correct.
    Mutation.Expectation expectation =
        base.kind() == BaseRequests.Kind.BARE
                && mutation.expectation() == Mutation.Expectation.REFUSED
            ? Mutation.Expectation.ANY
            : mutation.expectation();
    return named(base.name() + ": " + mutation.name(), number, expectation, 1, bytes, random);
  }

  private Mutant pipelined(BaseRequests.Base first, Random random, int number) {
    int count = 1 + random.nextInt(4);
    byte[] bytes = first.request().withLength().bytes();
    for (int i = 1; i < count; i++) {
      RawRequest next = bases.get(random.nextInt(bases.size())).request();
      bytes = RawRequest.join(bytes, next.withLength().bytes());
    }
    String name = first.name() + ": " + count + " correct requests in a row";
    return named(name, number, Mutation.Expectation.SERVED, count, bytes, random);
  }

  private Mutant named(
      String what,
      int number,
      Mutation.Expectation expectation,
      int requests,
      byte[] bytes,
      Random random) {
    String name = "%s (seed %d, number %d)".formatted(what, seed, number);
    return new Mutant(name, expectation, requests, bytes, splits(bytes.length, random));
  }

  private static List<Mutation> mutations(BaseRequests.Kind kind) {
    List<Mutation> mutations = new ArrayList<>(HeadMutations.all());
    mutations.addAll(FramingMutations.all());
    mutations.addAll(BodyMutations.all());
    switch (kind) {
      case BARE -> {}
      case JSON -> {
        // Twice, for weight: most of what a relay understands is in there.
        mutations.addAll(BodyMutations.json());
        mutations.addAll(BodyMutations.json());
      }
      case MULTIPART -> mutations.addAll(BodyMutations.multipart());
    }
    return mutations;
  }

  private static List<Integer> splits(int length, Random random) {
    int packets =
        switch (random.nextInt(3)) {
          case 0 -> 1;
          case 1 -> 1 + random.nextInt(4);
          default -> 1 + random.nextInt(MAX_PACKETS);
        };
    return random
        .ints(packets - 1, 0, length + 1)
        .filter(at -> at > 0 && at < length)
        .sorted()
        .distinct()
        .boxed()
        .toList();
  }
}
