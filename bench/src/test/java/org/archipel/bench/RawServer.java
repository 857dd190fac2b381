package org.archipel.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Answers the first bytes of every connection with fixed ones, then closes or goes silent. */
final class RawServer implements AutoCloseable {
  private final ServerSocket listener;
  private final byte[] answer;
  private final boolean close;

  RawServer(String answer, boolean close) throws IOException {
    this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    this.answer = answer.getBytes(StandardCharsets.US_ASCII);
    this.close = close;
    Thread.ofVirtual().start(this::accept);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      byte[] request = new byte[8192];
      if (in.read(request) > 0) {
        socket.getOutputStream().write(answer);
        socket.getOutputStream().flush();
      }
      while (!close && in.read(request) >= 0) {
        // Reads on and says nothing more.
      }
    } catch (IOException e) {
      // The client went away, which is its right.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
