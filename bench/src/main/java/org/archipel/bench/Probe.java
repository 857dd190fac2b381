package org.archipel.bench;

import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Asks a target again and again until it answers, on plain sockets: no warm-up of our own. */
final class Probe {
  private static final int ANSWER_MILLIS = 5_000;
  private static final long PAUSE_MILLIS = 5;

  private Probe() {}

  /** A port on loopback that nobody listens on now. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Waits until {@code child}'s model {@code json} is answered with 200. */
  static void answers(Child child, InetSocketAddress to, Optional<String> key, Duration atMost)
      throws IOException, InterruptedException {
    byte[] bytes;
    try (LoadRequest request = LoadRequest.chat(to, key, "json", 0, 200)) {
      bytes = ByteBufUtil.getBytes(request.bytes());
    }
    await(child, to, atMost, () -> status(to, bytes) == 200);
  }

  /** Waits until something listens. */
  static void listens(Child child, InetSocketAddress to, Duration atMost)
      throws IOException, InterruptedException {
    await(child, to, atMost, () -> connects(to));
  }

  private interface Attempt {
    boolean succeeds() throws IOException;
  }

  private static void await(Child child, InetSocketAddress to, Duration atMost, Attempt attempt)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      try {
        if (attempt.succeeds()) {
          return;
        }
      } catch (IOException e) {
        // Not there yet.
      }
      if (!child.alive() || System.nanoTime() > deadline) {
        throw new TargetException(
            "port %d: %s (expected: an answer within %d s)%n  %s"
                .formatted(
                    to.getPort(),
                    child.alive() ? "no answer" : "its process has ended",
                    atMost.toSeconds(),
                    child.lastWords()));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private static boolean connects(InetSocketAddress to) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(to, ANSWER_MILLIS);
      return true;
    }
  }

  private static int status(InetSocketAddress to, byte[] request) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(to, ANSWER_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(request);
      InputStream in = socket.getInputStream();
      String line = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
      return line.startsWith("HTTP/1.1 ") ? Integer.parseInt(line.substring(9)) : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
