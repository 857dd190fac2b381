package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One request that came to a {@link ScriptedEngine}, and the means to answer it. */
final class EngineCall {
  private final EngineConnection connection;
  private final String head;
  private final byte[] body;
  private final AtomicLong written = new AtomicLong();
  private final CompletableFuture<IOException> broken = new CompletableFuture<>();

  EngineCall(EngineConnection connection, String head, byte[] body) {
    this.connection = connection;
    this.head = head;
    this.body = body;
  }

  static int contentLength(String head) {
    List<String> values = header(head, "content-length");
    return values.isEmpty() ? 0 : Integer.parseInt(values.getFirst());
  }

  /** The request line. */
  String line() {
    return head.substring(0, head.indexOf("\r\n"));
  }

  String head() {
    return head;
  }

  byte[] body() {
    return body;
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  Optional<String> header(String name) {
    return header(head, name).stream().findFirst();
  }

  EngineConnection connection() {
    return connection;
  }

  /** Bytes of the answer that the kernel has taken. */
  long written() {
    return written.get();
  }

  /** Completes when writing fails. */
  CompletableFuture<IOException> broken() {
    return broken;
  }

  void broken(IOException how) {
    broken.complete(how);
  }

  EngineCall send(byte[] bytes) throws IOException {
    OutputStream out = connection.socket().getOutputStream();
    out.write(bytes);
    out.flush();
    written.addAndGet(bytes.length);
    return this;
  }

  EngineCall send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  EngineCall json(int status, String json) throws IOException {
    return whole(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  EngineCall whole(int status, String type, byte[] content) throws IOException {
    String start = "HTTP/1.1 " + status + " X\r\ncontent-type: " + type + "\r\n";
    byte[] answer =
        (start + "content-length: " + content.length + "\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = java.util.Arrays.copyOf(answer, answer.length + content.length);
    System.arraycopy(content, 0, all, answer.length, content.length);
    return send(all);
  }

  /** The head of an event stream in chunks. */
  EngineCall streamHead() throws IOException {
    return send(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
  }

  /** One chunk. */
  EngineCall chunk(String text) throws IOException {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    return send(Integer.toHexString(length) + "\r\n" + text + "\r\n");
  }

  EngineCall endChunks() throws IOException {
    return send("0\r\n\r\n");
  }

  /** A whole stream of the given events. */
  EngineCall stream(String... events) throws IOException {
    streamHead();
    for (String event : events) {
      chunk(event);
    }
    return endChunks();
  }

  EngineCall await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(30, TimeUnit.SECONDS)).as("the test's latch opens").isTrue();
    return this;
  }

  void close() throws IOException {
    connection.socket().close();
  }

  /** Ends the connection with a reset. */
  void reset() throws IOException {
    connection.socket().setSoLinger(true, 0);
    connection.socket().close();
  }

  private static List<String> header(String head, String name) {
    List<String> values = new ArrayList<>();
    for (String line : head.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
        values.add(line.substring(name.length() + 1).trim());
      }
    }
    return values;
  }
}
