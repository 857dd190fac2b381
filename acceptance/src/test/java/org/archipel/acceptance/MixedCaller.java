package org.archipel.acceptance;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One of many callers that ask for everything, and sometimes leave before the answer is there: at
 * once, after a random time, or in the middle of it.
 */
final class MixedCaller implements Runnable {
  private static final int LONGEST_PATIENCE_MILLIS = 60;

  /** What the callers of a test share. Thread-safe. */
  static final class Book {
    private final AtomicInteger left;
    private final Map<String, MixedRequests.Kind> complete = new ConcurrentHashMap<>();
    private final Map<String, MixedRequests.Kind> abandoned = new ConcurrentHashMap<>();
    private final Map<String, String> problems = new ConcurrentHashMap<>();

    /** A book for so many requests, of all callers together. */
    Book(int requests) {
      this.left = new AtomicInteger(requests);
    }

    /** Answers that were seen to their end. */
    Map<String, MixedRequests.Kind> complete() {
      return Map.copyOf(complete);
    }

    /** Requests that were sent whole, and left before the end of their answers. */
    Map<String, MixedRequests.Kind> abandoned() {
      return Map.copyOf(abandoned);
    }

    /** Answers that were not what they should be. */
    Map<String, String> problems() {
      return Map.copyOf(problems);
    }
  }

  private final URI api;
  private final MixedRequests requests;
  private final Book book;
  private final Random random;
  private Optional<RawHttp> connection = Optional.empty();

  MixedCaller(URI api, String key, Book book, Random random) {
    this.api = api;
    this.requests = new MixedRequests(key);
    this.book = book;
    this.random = random;
  }

  @Override
  public void run() {
    for (int number = book.left.getAndDecrement();
        number > 0;
        number = book.left.getAndDecrement()) {
      String id = "mixed-" + number;
      try {
        turn(id, MixedRequests.anyKind(random));
      } catch (IOException | RuntimeException e) {
        book.problems.put(id, String.valueOf(e));
        leave();
      }
    }
    leave();
  }

  private void turn(String id, MixedRequests.Kind kind) throws IOException {
    RawHttp client = connected();
    client.send(requests.bytes(kind, id, 2 + random.nextInt(12)));
    if (random.nextInt(5) == 0) {
      book.abandoned.put(id, kind);
      abandon(client, kind);
      leave();
      return;
    }
    RawResponse response = client.read();
    if (response.status() != 200 || !response.header("x-request-id").equals(Optional.of(id))) {
      book.problems.put(id, kind + " answered " + response + ": " + response.text());
    }
    book.complete.put(id, kind);
  }

  private void abandon(RawHttp client, MixedRequests.Kind kind) throws IOException {
    int patience = random.nextInt(LONGEST_PATIENCE_MILLIS);
    if (patience == 0) {
      return;
    }
    try {
      client.readLimit(Duration.ofMillis(patience)).readHead();
      for (int i = random.nextInt(4); kind.streams() && i > 0; i--) {
        if (client.readChunk().isEmpty()) {
          return;
        }
      }
    } catch (SocketTimeoutException | EOFException e) {
      // That was the patience.
      return;
    }
  }

  private RawHttp connected() throws IOException {
    if (connection.isEmpty()) {
      connection = Optional.of(RawHttp.connect(api).readLimit(Duration.ofSeconds(30)));
    }
    return connection.get();
  }

  private void leave() {
    try {
      if (connection.isPresent()) {
        connection.get().close();
      }
    } catch (IOException e) {
      throw new IllegalStateException("a socket cannot be closed", e);
    } finally {
      connection = Optional.empty();
    }
  }
}
