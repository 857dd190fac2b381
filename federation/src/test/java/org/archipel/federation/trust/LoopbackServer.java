package org.archipel.federation.trust;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.archipel.federation.http.PublicAnswer;
import org.archipel.federation.http.PublicRequest;
import org.archipel.federation.http.PublicRoute;
import org.archipel.federation.http.PublicRoutes;
import org.archipel.federation.http.PublicStream;

/** Public routes over real HTTP on a free port of this machine; may be away for a while. */
final class LoopbackServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile PublicRoutes routes = (_, _) -> Optional.empty();
  private volatile boolean away;

  LoopbackServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void serve(PublicRoutes served) {
    routes = served;
  }

  /** Cuts every request off from now on, or takes them again. */
  void away(boolean now) {
    away = now;
  }

  int asked() {
    return asked.get();
  }

  private void serve(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    if (away) {
      exchange.close();
      return;
    }
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getRawPath();
    Optional<PublicRoute> route = routes.route(method, path);
    if (route.isEmpty()) {
      exchange.sendResponseHeaders(404, -1);
      exchange.close();
      return;
    }
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
    byte[] body = exchange.getRequestBody().readAllBytes();
    try {
      route
          .get()
          .serve(new PublicRequest(method, path, query, headers, body), new Answer(this, exchange));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  private record Answer(LoopbackServer server, HttpExchange exchange) implements PublicAnswer {
    @Override
    public void respond(int status, String contentType, byte[] body) {
      if (server.away) {
        return;
      }
      try {
        exchange.getResponseHeaders().set("content-type", contentType);
        if (status >= 300 && status < 400) {
          exchange.getResponseHeaders().set("location", server.url() + "/elsewhere");
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
      } catch (IOException e) {
        // Who asked is gone.
        exchange.close();
      }
    }

    @Override
    public PublicStream stream(String contentType) {
      throw new IllegalStateException("not needed here");
    }

    @Override
    public boolean closed() {
      return false;
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
