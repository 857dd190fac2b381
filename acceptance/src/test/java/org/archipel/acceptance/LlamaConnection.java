package org.archipel.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * One client's connection to the engine. Requests are read on the connection's own thread; while
 * one is being answered elsewhere, that thread watches whether the client is still there.
 */
final class LlamaConnection {
  private static final int WATCH_MILLIS = 10;

  private final Socket socket;
  private final LlamaRoutes routes;
  private volatile boolean gone;

  LlamaConnection(Socket socket, LlamaRoutes routes) {
    this.socket = socket;
    this.routes = routes;
  }

  /** Serves requests until the client leaves or sends what cannot be understood. */
  void run() {
    try (socket) {
      socket.setTcpNoDelay(true);
      BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
      boolean open = true;
      while (open) {
        open = serveOne(in);
      }
    } catch (IOException e) {
      // The client left, which the counters tell where it mattered.
      gone = true;
    }
  }

  private boolean serveOne(BufferedInputStream in) throws IOException {
    Optional<EngineRequest> request;
    try {
      request = EngineRequest.read(in);
    } catch (EngineRequest.Malformed e) {
      json(400, LlamaEngine.error(400, "invalid_request_error", String.valueOf(e.getMessage())));
      return false;
    }
    if (request.isEmpty()) {
      return false;
    }
    Optional<Future<?>> work = routes.handle(request.get(), this);
    if (work.isPresent()) {
      watch(in, work.get());
    }
    return !gone && !request.get().header("connection").equalsIgnoreCase("close");
  }

  private void watch(BufferedInputStream in, Future<?> work) throws IOException {
    socket.setSoTimeout(WATCH_MILLIS);
    boolean watching = true;
    while (watching && !work.isDone()) {
      in.mark(1);
      try {
        gone |= in.read() < 0;
        in.reset();
        // Bytes already there are the next request, behind which nobody can see the client leave.
        watching = false;
      } catch (SocketTimeoutException e) {
        // Nothing from the client, which is what is expected of one that waits.
      } catch (SocketException e) {
        gone = true;
        watching = false;
      }
    }
    finish(work);
    socket.setSoTimeout(0);
  }

  private static void finish(Future<?> work) throws IOException {
    try {
      work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("engine failed", e.getCause());
    }
  }

  /** Whether the client has left; what is being done for it should stop. */
  boolean gone() {
    return gone;
  }

  void json(int status, JsonNode body) {
    whole(status, "application/json; charset=utf-8", WireJson.bytes(body));
  }

  void whole(int status, String type, byte[] body) {
    write(head(status, "Content-Type: " + type, "Content-Length: " + body.length), body);
  }

  void startEvents() {
    write(head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked"), new byte[0]);
  }

  private static String head(int status, String type, String length) {
    String line = "HTTP/1.1 " + status + (status < 400 ? " OK" : " Error");
    return String.join("\r\n", line, "Server: llama.cpp", type, length, "", "");
  }

  void event(String data) {
    byte[] bytes = ("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    byte[] chunk = new byte[bytes.length + 2];
    System.arraycopy(bytes, 0, chunk, 0, bytes.length);
    chunk[bytes.length] = '\r';
    chunk[bytes.length + 1] = '\n';
    write(Integer.toHexString(bytes.length) + "\r\n", chunk);
  }

  void endEvents() {
    write("0\r\n\r\n", new byte[0]);
  }

  private void write(String head, byte[] body) {
    byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[headBytes.length + body.length];
    System.arraycopy(headBytes, 0, all, 0, headBytes.length);
    System.arraycopy(body, 0, all, headBytes.length, body.length);
    try {
      OutputStream out = socket.getOutputStream();
      out.write(all);
    } catch (IOException e) {
      gone = true;
    }
  }

  void close() {
    gone = true;
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close a client's socket", e);
    }
  }
}
