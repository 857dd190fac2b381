package org.archipel.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An engine that lists its one model, {@code stuck}, until it accepts no more connections: then the
 * kernel leaves whoever connects without an answer, as a firewall would. Linux only.
 */
final class StuckEngine implements AutoCloseable {
  private static final int FILL_MILLIS = 200;
  private static final int MOST_FILLING = 20;
  private static final String SYN_SENT = "02";
  private static final String MODELS =
      "{\"object\":\"list\",\"data\":[{\"id\":\"stuck\",\"object\":\"model\"}]}";

  private final ServerSocket server;
  private final Thread accepting;
  private final AtomicBoolean stuck = new AtomicBoolean();
  private final List<Socket> filling = new ArrayList<>();

  private StuckEngine(ServerSocket server) {
    this.server = server;
    this.accepting = Thread.ofVirtual().start(this::accept);
  }

  static StuckEngine start() throws IOException {
    return new StuckEngine(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  private void accept() {
    try {
      while (!stuck.get()) {
        try (Socket client = server.accept()) {
          answer(client);
        }
      }
    } catch (IOException e) {
      if (!server.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void answer(Socket client) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.isEmpty()) {
        String head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + "Content-Length: %d\r\n\r\n".formatted(MODELS.length());
        client.getOutputStream().write((head + MODELS).getBytes(StandardCharsets.US_ASCII));
        return;
      }
    }
  }

  /** From now on connecting takes for ever. */
  void acceptNoMore() throws IOException, InterruptedException {
    stuck.set(true);
    // Wakes the one that accepts, who then ends.
    new Socket(server.getInetAddress(), server.getLocalPort()).close();
    accepting.join();
    for (int i = 0; i < MOST_FILLING; i++) {
      Socket socket = new Socket();
      filling.add(socket);
      try {
        socket.connect(
            new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), FILL_MILLIS);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
    throw new IllegalStateException("the backlog does not fill up");
  }

  /** Connections to this engine that somebody on this machine is trying to open now. */
  long attempts() {
    String port = ":%04X".formatted(server.getLocalPort()).toUpperCase(Locale.ROOT);
    // Sockets that speak both versions of IP are in the second file, also to an address of v4.
    return attempts(Path.of("/proc/net/tcp"), port) + attempts(Path.of("/proc/net/tcp6"), port);
  }

  private static long attempts(Path table, String port) {
    try {
      return Files.readAllLines(table).stream()
          .map(line -> line.strip().split("\\s+"))
          .filter(words -> words.length > 3 && words[2].endsWith(port))
          .filter(words -> words[3].equals(SYN_SENT))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : filling) {
      socket.close();
    }
  }
}
