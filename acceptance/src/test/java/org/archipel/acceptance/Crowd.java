package org.archipel.acceptance;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Callers of one organization, each of whom asks for a stream, reads it to its end and asks again:
 * so many requests are there all the time, whatever the machine's pace. Thread-safe.
 */
final class Crowd implements AutoCloseable {
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(45);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String END_OF_STREAM = "data: [DONE]\n\n";

  /**
   * An answer that was read to its end.
   *
   * @param engine where it ran, empty when nowhere
   * @param queueMillis how long it waited for an engine, 0 when it says nothing of it
   */
  record Heard(int status, String engine, long queueMillis) {}

  /**
   * What all of them ask.
   *
   * @param tokens of an answer: no more, no less
   */
  record Question(String model, int tokens) {
    String json() {
      return """
      {"model":"%s","stream":true,"max_tokens":%d,"ignore_eos":true,
       "messages":[{"role":"user","content":"how deep is the sea?"}]}\
      """
          .formatted(model, tokens);
    }
  }

  private final URI api;
  private final byte[] request;
  private final List<Heard> heard = new ArrayList<>();
  private final Set<String> problems = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean ending = new AtomicBoolean();
  private final List<Thread> callers = new ArrayList<>();

  private Crowd(URI api, byte[] request) {
    this.api = api;
    this.request = request;
  }

  /** Makes the organization, which must be new, and starts its callers. */
  static Crowd start(SiteProcess site, String organization, Question question, int callers) {
    String key = site.control().newKey(organization, "crowd");
    Crowd crowd =
        new Crowd(
            site.api(),
            RawHttp.request(
                "POST",
                "/v1/chat/completions",
                List.of("Authorization: Bearer " + key),
                question.json()));
    for (int i = 0; i < callers; i++) {
      crowd.callers.add(Thread.ofVirtual().start(crowd::call));
    }
    return crowd;
  }

  private void call() {
    try (RawHttp client = RawHttp.connect(api).readLimit(SILENCE_LIMIT)) {
      while (!ending.get()) {
        client.send(request);
        note(client.read());
      }
    } catch (IOException | RuntimeException e) {
      problems.add(String.valueOf(e));
    }
  }

  private void note(RawResponse response) {
    if (response.status() == 200 && !response.text().endsWith(END_OF_STREAM)) {
      problems.add("a stream ends without [DONE]: " + response.text());
    }
    Heard answer =
        new Heard(
            response.status(),
            response.header("x-archipel-engine").orElse(""),
            Long.parseLong(response.header("x-archipel-queue-ms").orElse("0")));
    synchronized (heard) {
      heard.add(answer);
    }
  }

  /** Answers so far. */
  int count() {
    synchronized (heard) {
      return heard.size();
    }
  }

  /** All answers in the order of their ends, without the first so many. */
  List<Heard> heardAfter(int first) {
    synchronized (heard) {
      return List.copyOf(heard.subList(first, heard.size()));
    }
  }

  /** Waits for so many answers more. */
  void awaitMore(int answers) {
    int wanted = count() + answers;
    await("answers").atMost(LIMIT).until(() -> !problems.isEmpty() || count() >= wanted);
    if (!problems.isEmpty()) {
      throw new IllegalStateException("callers met " + problems);
    }
  }

  /** Answers that are not what they should be, and connections that broke. */
  Set<String> problems() {
    return Set.copyOf(problems);
  }

  /** The wait of which this share of answers has no longer one, in milliseconds. */
  static long queueMillis(List<Heard> answers, double share) {
    long[] waits = answers.stream().mapToLong(Heard::queueMillis).sorted().toArray();
    return waits[(int) Math.min(waits.length - 1, Math.ceil(share * waits.length) - 1)];
  }

  /** Waits for the callers, who end with their present answer. */
  @Override
  public void close() {
    ending.set(true);
    try {
      for (Thread caller : callers) {
        if (!caller.join(LIMIT)) {
          throw new IllegalStateException("a caller still waits for its answer");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while callers were ending", e);
    }
  }
}
