package org.archipel.acceptance;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers of a site who go on until it dies or they are stopped: some hold streams, one after the
 * other, the others ask for whole answers at a steady rate. They remember the {@code x-request-id}
 * of each answer that they saw complete.
 */
final class SiteLoad implements AutoCloseable {
  private static final Duration UNDER_WAY_LIMIT = Duration.ofSeconds(45);
  private static final Duration JOIN_LIMIT = Duration.ofSeconds(45);
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(30);
  private static final String END_OF_STREAM = "data: [DONE]\n\n";

  /**
   * Who calls.
   *
   * @param streams callers that hold a stream
   * @param askers callers that want whole answers
   * @param perSecond whole answers a second that all of those want together
   */
  record Shape(int streams, int askers, int perSecond) {}

  private final URI api;
  private final String key;
  private final Set<String> streamed = ConcurrentHashMap.newKeySet();
  private final Set<String> whole = ConcurrentHashMap.newKeySet();
  private final Set<String> problems = ConcurrentHashMap.newKeySet();
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicBoolean ending = new AtomicBoolean();
  private final CountDownLatch trouble = new CountDownLatch(1);
  private final List<Thread> callers = new ArrayList<>();
  private final String name;

  private SiteLoad(URI api, String key, String name) {
    this.api = api;
    this.key = key;
    this.name = name;
  }

  /**
   * Starts calling.
   *
   * @param name begins every request id, so that two loads never use the same
   */
  static SiteLoad start(URI api, String key, String name, Shape shape) {
    SiteLoad load = new SiteLoad(api, key, name);
    for (int i = 0; i < shape.streams; i++) {
      load.call(client -> load.stream(client));
    }
    long pause = TimeUnit.SECONDS.toNanos(1) * shape.askers / shape.perSecond;
    for (int i = 0; i < shape.askers; i++) {
      long offset = pause * i / shape.askers;
      Pace pace = new Pace(System.nanoTime() + offset, pause);
      load.call(
          client -> {
            pace.await();
            load.ask(client);
          });
    }
    return load;
  }

  /** One request and its answer. */
  private interface Turn {
    void take(RawHttp client) throws IOException;
  }

  /** Keeps to a rate, also after it fell behind. */
  private static final class Pace {
    private final long pause;
    private long next;

    Pace(long first, long pause) {
      this.next = first;
      this.pause = pause;
    }

    void await() {
      for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      next += pause;
    }
  }

  private void call(Turn turn) {
    callers.add(
        Thread.ofVirtual()
            .start(
                () -> {
                  try (RawHttp client = RawHttp.connect(api).readLimit(SILENCE_LIMIT)) {
                    while (!ending.get()) {
                      turn.take(client);
                    }
                  } catch (IOException | RuntimeException e) {
                    report(String.valueOf(e));
                  }
                }));
  }

  /** What goes wrong before the end is a finding; after it, it is the end. */
  private void report(String problem) {
    if (!ending.get()) {
      problems.add(problem);
      trouble.countDown();
    }
  }

  private void ask(RawHttp client) throws IOException {
    String id = send(client, false);
    RawResponse response = inTime(id, client::read);
    check(id, response.head(), response.status() == 200 ? "" : response.text());
    whole.add(id);
  }

  private void stream(RawHttp client) throws IOException {
    String id = send(client, true);
    RawResponse.Head head = inTime(id, client::readHead);
    StringBuilder tail = new StringBuilder();
    for (Optional<String> chunk = inTime(id, client::readChunk);
        chunk.isPresent();
        chunk = inTime(id, client::readChunk)) {
      tail.append(chunk.get());
      tail.delete(0, Math.max(0, tail.length() - 500));
    }
    check(id, head, tail.toString());
    if (!tail.toString().endsWith(END_OF_STREAM)) {
      throw new IllegalStateException("a stream ends with " + tail + " (expected: [DONE])");
    }
    streamed.add(id);
  }

  /** Reading from a connection. */
  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T inTime(String id, Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (SocketTimeoutException e) {
      throw new IllegalStateException(id + ": silent for " + SILENCE_LIMIT, e);
    }
  }

  private String send(RawHttp client, boolean stream) throws IOException {
    String id = name + "-" + sequence.incrementAndGet();
    String body =
        """
        {"model":"simulated","stream":%b,"max_tokens":%d,
         "messages":[{"role":"user","content":"request %s"}]}\
        """
            .formatted(stream, stream ? 20 : 4, id);
    client.send(
        RawHttp.request(
            "POST",
            "/v1/chat/completions",
            List.of("Authorization: Bearer " + key, "x-request-id: " + id),
            body));
    return id;
  }

  private static void check(String id, RawResponse.Head head, String text) {
    String shown = head.header("x-request-id").orElse("none");
    if (head.status() != 200 || !shown.equals(id)) {
      throw new IllegalStateException(
          "%s: %d with x-request-id %s: %s (expected: 200)"
              .formatted(id, head.status(), shown, text));
    }
  }

  /**
   * Waits until so many answers of each kind were seen complete: whatever the machine's pace, the
   * load is there then.
   */
  void awaitSeen(int streams, int answers) {
    await("the load to be under way")
        .atMost(UNDER_WAY_LIMIT)
        .until(
            () -> !problems.isEmpty() || (streamed.size() >= streams && whole.size() >= answers));
    run(Duration.ZERO);
  }

  /** Lets the callers call for a time, which ends early when something goes wrong. */
  void run(Duration time) {
    try {
      if (trouble.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException("the load met " + problems);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted under load", e);
    }
  }

  /** From now on failures are expected, because the site is about to die. */
  void expectTheEnd() {
    ending.set(true);
  }

  /** Request ids of the streams that were seen to their end. */
  Set<String> streamed() {
    return Set.copyOf(streamed);
  }

  /** Request ids of the whole answers that were seen. */
  Set<String> whole() {
    return Set.copyOf(whole);
  }

  /** What went wrong before the end. */
  Set<String> problems() {
    return Set.copyOf(problems);
  }

  /** Waits for the callers, who end with their present answer. */
  @Override
  public void close() {
    ending.set(true);
    try {
      for (Thread caller : callers) {
        if (!caller.join(JOIN_LIMIT)) {
          throw new IllegalStateException("a caller still waits for its answer");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while callers were ending", e);
    }
  }
}
