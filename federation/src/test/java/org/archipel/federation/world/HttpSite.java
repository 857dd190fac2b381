package org.archipel.federation.world;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.archipel.federation.http.PublicAnswer;
import org.archipel.federation.http.PublicRequest;
import org.archipel.federation.http.PublicRoute;
import org.archipel.federation.http.PublicRoutes;
import org.archipel.federation.http.PublicStream;

/** Serves the routes of a site on loopback, in the place of the relay. */
public final class HttpSite implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile PublicRoutes routes = (_, _) -> Optional.empty();

  public HttpSite() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public void serve(PublicRoutes all) {
    routes = all;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    Optional<PublicRoute> route = routes.route(exchange.getRequestMethod(), path);
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
    PublicRequest request =
        new PublicRequest(exchange.getRequestMethod(), path, query, headers, body);
    try {
      route.get().serve(request, new Answer(exchange));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  private record Answer(HttpExchange exchange) implements PublicAnswer {
    @Override
    public void respond(int status, String contentType, byte[] body) {
      try {
        exchange.getResponseHeaders().set("content-type", contentType);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
      } catch (IOException e) {
        exchange.close();
      }
    }

    @Override
    public PublicStream stream(String contentType) {
      try {
        exchange.getResponseHeaders().set("content-type", contentType);
        exchange.sendResponseHeaders(200, 0);
        return new Stream(exchange.getResponseBody());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public boolean closed() {
      return false;
    }
  }

  private static final class Stream implements PublicStream {
    private final OutputStream out;
    private volatile boolean closed;

    Stream(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      try {
        out.write(bytes);
        out.flush();
      } catch (IOException e) {
        closed = true;
        throw e;
      }
    }

    @Override
    public boolean closed() {
      return closed;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
