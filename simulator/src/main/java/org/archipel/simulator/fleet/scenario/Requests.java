package org.archipel.simulator.fleet.scenario;

/**
 * What requests look like.
 *
 * @param prompts tokens of a first prompt
 * @param outputs tokens of an answer
 * @param conversations how they continue
 * @param maxTokens the limit that callers name, 0 when they name none
 * @param deadlineNanos from submission to the deadline that callers name, 0 when they name none
 */
public record Requests(
    Lengths prompts,
    Lengths outputs,
    Conversations conversations,
    int maxTokens,
    long deadlineNanos) {

  private static final Lengths PROMPTS = new Lengths(735, 0.8, 8, 6000);
  private static final Lengths OUTPUTS = new Lengths(148, 0.8, 1, 1500);

  /**
   * Requests that continue earlier ones: their prompt is the whole conversation so far.
   *
   * @param continuing share of requests that continue one, 0 to 1
   * @param recent how many of an organization's latest conversations may be continued
   * @param turns tokens that a turn adds to the prompt
   * @param maxContext a conversation that is longer, in tokens, ends
   */
  public record Conversations(double continuing, int recent, Lengths turns, int maxContext) {
    private static final Lengths TURNS = new Lengths(100, 0.8, 4, 2000);

    static Conversations read(Keys group) {
      try (group) {
        return new Conversations(
            group.number("continuing", 0, 1, 0),
            group.integer("recent", 1, 100_000, 60),
            Lengths.read(group.group("turns"), TURNS),
            group.integer("max_context", 1, 1_000_000, 16_384));
      }
    }
  }

  static Requests read(Keys group) {
    try (group) {
      return new Requests(
          Lengths.read(group.group("prompts"), PROMPTS),
          Lengths.read(group.group("outputs"), OUTPUTS),
          Conversations.read(group.group("conversations")),
          group.integer("max_tokens", 0, 1_000_000, 0),
          group.nanos("deadline", 0, 0));
    }
  }
}
