package org.archipel.acceptance;

import java.util.List;

/** A request to try on a server: the bytes, the packets they travel in, what may come of it. */
final class Mutant {
  private final String name;
  private final Mutation.Expectation expectation;
  private final int requests;
  private final byte[] bytes;
  private final List<Integer> splits;

  Mutant(
      String name,
      Mutation.Expectation expectation,
      int requests,
      byte[] bytes,
      List<Integer> splits) {
    this.name = name;
    this.expectation = expectation;
    this.requests = requests;
    this.bytes = bytes;
    this.splits = List.copyOf(splits);
  }

  /** What it is, with the seed and the number that make it again. */
  String name() {
    return name;
  }

  Mutation.Expectation expectation() {
    return expectation;
  }

  /** How many requests an honest reader finds in it; more answers of 2xx mean smuggling. */
  int requests() {
    return requests;
  }

  byte[] bytes() {
    return bytes.clone();
  }

  /** Offsets at which a packet ends, in rising order. */
  List<Integer> splits() {
    return splits;
  }

  @Override
  public String toString() {
    return name + ", " + bytes.length + " bytes in " + (splits.size() + 1) + " packets";
  }
}
