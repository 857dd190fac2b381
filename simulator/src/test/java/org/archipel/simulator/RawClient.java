package org.archipel.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A TCP connection, for what no HTTP client lets one see or do. */
final class RawClient implements AutoCloseable {
  private final Socket socket;

  RawClient(SimulatedEngine engine) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), engine.port());
    socket.setSoTimeout(60_000);
  }

  RawClient send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  RawClient post(String path, String body, String... headerLines) throws IOException {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nhost: x\r\n");
    for (String line : headerLines) {
      head.append(line).append("\r\n");
    }
    return send(head + "content-length: " + length + "\r\n\r\n" + body);
  }

  /** Everything until what was read contains that text, or the end of the connection. */
  String readUntil(String end) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    String text = "";
    while (!text.contains(end)) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("connection ended after: " + text);
      }
      read.write(next);
      text = read.toString(StandardCharsets.UTF_8);
    }
    return text;
  }

  /** Everything until the connection ends in an orderly way. */
  String readAll() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
