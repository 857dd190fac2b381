package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * An engine that answers each request as a script says, byte by byte, and notices when its caller
 * goes away.
 */
final class ScriptedEngine implements AutoCloseable {
  /** Answers one request. */
  interface Script {
    void answer(EngineCall call) throws Exception;
  }

  private static final long PATIENCE_SECONDS = 20;

  private final ServerSocket listener;
  private final boolean tls;
  private final List<EngineConnection> connections = new CopyOnWriteArrayList<>();
  private final List<EngineCall> calls = new CopyOnWriteArrayList<>();
  private final BlockingQueue<EngineCall> unseen = new LinkedBlockingQueue<>();
  private final Queue<Script> scripts = new ArrayDeque<>();
  private Script usual = call -> call.json(200, "{}");
  private volatile boolean reading = true;

  ScriptedEngine() {
    this(Optional.empty());
  }

  ScriptedEngine(Optional<SSLContext> tls) {
    this.tls = tls.isPresent();
    try {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      this.listener =
          tls.isPresent()
              ? tls.get().getServerSocketFactory().createServerSocket(0, 50, loopback)
              : new ServerSocket(0, 50, loopback);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** Answers all requests for which nothing else is scripted. */
  ScriptedEngine always(Script script) {
    synchronized (scripts) {
      usual = script;
    }
    return this;
  }

  /** Answers the next request that has no script yet. */
  ScriptedEngine then(Script script) {
    synchronized (scripts) {
      scripts.add(script);
    }
    return this;
  }

  /** Takes connections, but reads nothing from those to come. */
  ScriptedEngine deaf() {
    reading = false;
    return this;
  }

  URI url() {
    return URI.create((tls ? "https" : "http") + "://127.0.0.1:" + listener.getLocalPort());
  }

  /** All requests that came, in their order. */
  List<EngineCall> calls() {
    return calls;
  }

  /** How many connections were ever made. */
  int connections() {
    return connections.size();
  }

  EngineConnection connection(int index) {
    return connections.get(index);
  }

  /** The next request that nobody has asked for yet. */
  EngineCall call() throws InterruptedException {
    EngineCall call = unseen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(call).as("a request to the engine").isNotNull();
    return call;
  }

  /** Called on a connection's thread. */
  Script arrived(EngineCall call) {
    Script script;
    synchronized (scripts) {
      script = scripts.isEmpty() ? usual : scripts.remove();
    }
    calls.add(call);
    unseen.add(call);
    return script;
  }

  @Override
  public void close() {
    closeListener();
    connections.forEach(EngineConnection::close);
  }

  /** Takes no more connections; those that are there stay. */
  void closeListener() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        EngineConnection connection = new EngineConnection(this, socket);
        connections.add(connection);
        if (reading) {
          connection.start();
        }
      } catch (IOException e) {
        // Closed, or a client that left at once.
      }
    }
  }
}
