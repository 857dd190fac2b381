package org.archipel.relay;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** One connection to a {@link ScriptedEngine}: one thread reads, another one answers. */
final class EngineConnection {
  private final ScriptedEngine engine;
  private final Socket socket;
  private final BlockingQueue<EngineCall> waiting = new LinkedBlockingQueue<>();
  private final CompletableFuture<Long> peerClosed = new CompletableFuture<>();

  EngineConnection(ScriptedEngine engine, Socket socket) {
    this.engine = engine;
    this.socket = socket;
  }

  void start() {
    Thread.ofVirtual().start(this::read);
    Thread.ofVirtual().start(this::answer);
  }

  Socket socket() {
    return socket;
  }

  /** Completes with {@link System#nanoTime} when the peer closes the connection. */
  CompletableFuture<Long> peerClosed() {
    return peerClosed;
  }

  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed either way.
      return;
    }
  }

  private void read() {
    try (InputStream in = new BufferedInputStream(socket.getInputStream())) {
      while (true) {
        String head = head(in);
        if (head.isEmpty()) {
          break;
        }
        byte[] body = in.readNBytes(EngineCall.contentLength(head));
        waiting.add(new EngineCall(this, head, body));
      }
    } catch (IOException e) {
      // Reset, or closed by a script.
    } finally {
      peerClosed.complete(System.nanoTime());
    }
  }

  private void answer() {
    try {
      while (!socket.isClosed()) {
        EngineCall call = waiting.take();
        ScriptedEngine.Script script = engine.arrived(call);
        try {
          script.answer(call);
        } catch (IOException e) {
          // The peer left in the middle of the answer.
          call.broken(e);
          close();
        } catch (Exception e) {
          throw new IllegalStateException("an engine's script failed", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      head.write(b);
      boolean expected = b == (matched % 2 == 0 ? '\r' : '\n');
      matched = expected ? matched + 1 : b == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }
}
