package org.archipel.acceptance;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a server made of a mutant: the answers, and how the connection ended.
 *
 * @param fault what is wrong with that, or empty
 */
record FuzzVerdict(List<Integer> statuses, Ending ending, Optional<String> fault) {
  /** How it ended. */
  enum Ending {
    /** The server closed, or reset the connection. */
    CLOSED,
    /** The server waits for more, which may be right. */
    WAITING,
    /** The server says nothing and does not close although the client has said that it is done. */
    HUNG
  }

  /** After this a server waits for more; most answers come within a hundredth of it. */
  private static final Duration QUIET = Duration.ofMillis(300);

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Statuses of 5xx that say what is wrong with the request. */
  private static final Set<Integer> HONEST_5XX = Set.of(501, 503, 505);

  FuzzVerdict {
    statuses = List.copyOf(statuses);
  }

  /**
   * Sends a mutant on a connection of its own and judges what comes back. A server that waits for
   * more is told that nothing more comes; then it must end.
   */
  static FuzzVerdict of(URI server, Mutant mutant) throws IOException {
    List<Integer> statuses = new ArrayList<>();
    try (RawHttp client = RawHttp.connect(server)) {
      send(client, mutant);
      while (true) {
        Optional<Ending> ending = readOne(client, mutant, statuses);
        if (ending.isPresent()) {
          return new FuzzVerdict(statuses, ending.get(), fault(mutant, statuses, ending.get()));
        }
      }
    } catch (FramingError | IllegalArgumentException e) {
      return new FuzzVerdict(
          statuses, Ending.CLOSED, Optional.of("no correct answer: " + e.getMessage()));
    }
  }

  private static void send(RawHttp client, Mutant mutant) throws IOException {
    try {
      client.send(mutant.bytes(), mutant.splits());
    } catch (SocketException e) {
      // A server may refuse before it has read everything.
    }
  }

  private static Optional<Ending> readOne(RawHttp client, Mutant mutant, List<Integer> statuses)
      throws IOException {
    boolean complete = statuses.size() >= mutant.requests();
    try {
      if (complete) {
        // What follows now is an answer to something that nobody asked.
        client.endInput();
      }
      // Where an answer is due, a slow machine is no reason to stop waiting for it.
      boolean due = mutant.expectation() == Mutation.Expectation.SERVED && !complete;
      if (!client.readLimit(LIMIT).answersWithin(due ? LIMIT : QUIET)) {
        return Optional.of(complete ? Ending.WAITING : afterEnd(client, statuses));
      }
      statuses.add(client.read().status());
      return Optional.empty();
    } catch (SocketTimeoutException e) {
      return Optional.of(Ending.HUNG);
    } catch (EOFException | SocketException e) {
      return Optional.of(Ending.CLOSED);
    }
  }

  private static Ending afterEnd(RawHttp client, List<Integer> statuses) throws IOException {
    try {
      client.endInput();
      client.readLimit(LIMIT);
      while (true) {
        statuses.add(client.read().status());
      }
    } catch (SocketTimeoutException e) {
      return Ending.HUNG;
    } catch (EOFException | SocketException e) {
      return Ending.CLOSED;
    }
  }

  private static Optional<String> fault(Mutant mutant, List<Integer> statuses, Ending ending) {
    for (int status : statuses) {
      if (status >= 500 && !HONEST_5XX.contains(status)) {
        return Optional.of("answered " + status + " (expected: 2xx, 4xx, 501, 503, 505 or closed)");
      }
    }
    long served = statuses.stream().filter(status -> status < 300).count();
    if (served > mutant.requests()) {
      return Optional.of(
          "served %d requests (expected: at most %d)".formatted(served, mutant.requests()));
    }
    if (ending == Ending.HUNG) {
      return Optional.of("says nothing and does not close");
    }
    return switch (mutant.expectation()) {
      case ANY -> Optional.empty();
      case REFUSED -> served == 0 ? Optional.empty() : Optional.of("served (expected: refused)");
      case SERVED ->
          served == mutant.requests() && statuses.size() == mutant.requests()
              ? Optional.empty()
              : Optional.of(
                  "answered %s (expected: 2xx, %d times)".formatted(statuses, mutant.requests()));
    };
  }
}
