package org.archipel.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** Stands where the inference API does: streams what the test says, when it says it. */
final class FakeApi implements AutoCloseable {
  /** What ends a stream. */
  static final String END = "";

  /** A request as it came. */
  record Seen(String path, String authorization, String cookie, String body) {}

  final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
  final BlockingQueue<String> pieces = new LinkedBlockingQueue<>();
  final CountDownLatch left = new CountDownLatch(1);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  FakeApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::answer);
    server.start();
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    seen.add(
        new Seen(
            exchange.getRequestURI().toString(),
            String.valueOf(exchange.getRequestHeaders().getFirst("authorization")),
            String.valueOf(exchange.getRequestHeaders().getFirst("cookie")),
            body));
    exchange.getResponseHeaders().set("content-type", "text/event-stream");
    exchange.getResponseHeaders().set("x-request-id", "r-1");
    exchange.getResponseHeaders().set("x-archipel-site", "rennes");
    exchange.getResponseHeaders().set("set-cookie", "a=b");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      for (String piece = pieces.take(); !piece.equals(END); piece = pieces.take()) {
        out.write(piece.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException e) {
      left.countDown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
