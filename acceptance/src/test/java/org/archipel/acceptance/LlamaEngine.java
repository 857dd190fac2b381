package org.archipel.acceptance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A real llama.cpp engine behind an OpenAI-compatible server on the loopback, which presents itself
 * as llama.cpp's own server does. A request takes a slot in order of arrival; a client that goes
 * away gives its slot back, whether its answer streams or not, even before it began.
 */
final class LlamaEngine implements AutoCloseable {
  /** The name of the model that every engine of this class serves. */
  static final String MODEL = "tiny-random";

  /**
   * What the engine is.
   *
   * @param slots generations at a time, at least 1
   * @param pace pause after each token, so that an answer lasts long enough to be interrupted
   * @param embeddings serves embeddings and nothing else, as llama.cpp does with {@code
   *     --embeddings}
   */
  record Settings(int slots, Duration pace, boolean embeddings) {
    static final Settings TEXT = new Settings(1, Duration.ZERO, false);
    static final Settings EMBEDDINGS = new Settings(1, Duration.ZERO, true);

    Settings {
      if (slots < 1) {
        throw new IllegalArgumentException("slots: " + slots + " (expected: >= 1)");
      }
    }

    Settings withSlots(int slots) {
      return new Settings(slots, pace, embeddings);
    }

    Settings withPace(Duration pace) {
      return new Settings(slots, pace, embeddings);
    }
  }

  private final Settings settings;
  private final TinyLlama model;
  private final ServerSocket server;
  private final ExecutorService slots;
  private final LlamaRoutes routes;
  private final EngineCounters counters = new EngineCounters();
  private final Set<LlamaConnection> connections = ConcurrentHashMap.newKeySet();

  private LlamaEngine(Settings settings, TinyLlama model, ServerSocket server) {
    this.settings = settings;
    this.model = model;
    this.server = server;
    // Platform threads: llama.cpp blocks in native code, which would pin a virtual thread's
    // carrier.
    this.slots = Executors.newFixedThreadPool(settings.slots, Thread.ofPlatform().factory());
    this.routes = new LlamaRoutes(settings, model, slots, counters);
  }

  /** Starts an engine for text with one slot; its model's file is written into the folder. */
  static LlamaEngine start(Path folder) throws IOException {
    return start(folder, Settings.TEXT);
  }

  static LlamaEngine start(Path folder, Settings settings) throws IOException {
    Path file = TinyModel.writeInto(folder);
    TinyLlama model =
        settings.embeddings
            ? TinyLlama.forEmbeddings(file)
            : TinyLlama.forText(file, settings.slots);
    ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    LlamaEngine engine = new LlamaEngine(settings, model, server);
    Thread.ofVirtual().name("llama-accept").start(engine::accept);
    return engine;
  }

  /** Where the engine listens, without a path: {@code http://127.0.0.1:12345}. */
  URI url() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  EngineCounters.Counts counts() {
    return counters.counts();
  }

  Settings settings() {
    return settings;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        serve(server.accept());
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new IllegalStateException("llama engine cannot accept", e);
        }
      }
    }
  }

  private void serve(Socket socket) {
    LlamaConnection connection = new LlamaConnection(socket, routes);
    connections.add(connection);
    Thread.ofVirtual()
        .name("llama-connection")
        .start(
            () -> {
              try {
                connection.run();
              } finally {
                connections.remove(connection);
              }
            });
    if (server.isClosed()) {
      connection.close();
    }
  }

  /** Cuts every connection, as a killed engine would, and goes on listening. */
  void dropConnections() {
    connections.forEach(LlamaConnection::close);
  }

  /**
   * Stops listening, cuts what is running and frees the model. Throws when a generation would not
   * end: to free the model under it would crash the JVM.
   */
  @Override
  public void close() throws IOException {
    server.close();
    dropConnections();
    slots.shutdown();
    try {
      if (!slots.awaitTermination(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a generation still runs 30 s after its client was cut");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a generation was ending", e);
    }
    model.close();
  }

  /** An error as llama.cpp spells it: with a number for a code. */
  static ObjectNode error(int status, String type, String message) {
    ObjectNode body = WireJson.object();
    body.putObject("error").put("code", status).put("message", message).put("type", type);
    return body;
  }
}
