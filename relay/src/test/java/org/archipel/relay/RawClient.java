package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A client on a bare socket, which takes answers only in the strictest HTTP/1.1. */
final class RawClient implements AutoCloseable {
  static final String KEY = "ark-1-secret";

  /** The head of an answer; names are in lower case and stand once. */
  record Head(String line, int status, Map<String, String> headers) {
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }

    boolean chunked() {
      return header("transfer-encoding").isPresent();
    }
  }

  /** A whole answer. */
  record Answer(Head head, byte[] body) {
    int status() {
      return head.status();
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    Optional<String> header(String name) {
      return head.header(name);
    }
  }

  private final Socket socket = new Socket();
  private final InputStream in;
  private boolean headOnly;

  RawClient(InetSocketAddress address) throws IOException {
    this(address, 0);
  }

  /**
   * @param receiveBuffer how little the kernel may take in for us; 0 leaves it to the kernel
   */
  RawClient(InetSocketAddress address, int receiveBuffer) throws IOException {
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(address);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(20_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  RawClient post(String path, String json) throws IOException {
    return post(path, json, "");
  }

  /**
   * Posts JSON with a good key.
   *
   * @param moreHeaders whole lines
   */
  RawClient post(String path, String json, String moreHeaders) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return send(postHead(path, body.length, "application/json", moreHeaders) + json);
  }

  static String postHead(String path, long length, String type, String moreHeaders) {
    return "POST "
        + path
        + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
        + KEY
        + "\r\ncontent-type: "
        + type
        + "\r\ncontent-length: "
        + length
        + "\r\n"
        + moreHeaders
        + "\r\n";
  }

  RawClient get(String path) throws IOException {
    return send(
        "GET " + path + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + KEY + "\r\n\r\n");
  }

  /** The answers to come are to HEAD: they have no body. */
  RawClient expectingHeadsOnly() {
    headOnly = true;
    return this;
  }

  /** Reads one whole answer; an answer that is cut fails. */
  Answer answer() throws IOException {
    Head head = head();
    if (headOnly || head.status() == 204 || head.status() < 200) {
      assertThat(head.chunked()).as("framing of an answer without body").isFalse();
      return new Answer(head, new byte[0]);
    }
    if (head.chunked()) {
      return new Answer(head, chunks());
    }
    Optional<String> length = head.header("content-length");
    return new Answer(
        head, length.isPresent() ? exactly(Integer.parseInt(length.get())) : in.readAllBytes());
  }

  Head head() throws IOException {
    String status = line();
    assertThat(status).as("status line").matches("HTTP/1\\.1 [1-5][0-9][0-9] [A-Za-z '-]+");
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      assertThat(line).matches("[a-z0-9-]+: [\\x20-\\xff]*");
      int colon = line.indexOf(':');
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      assertThat(headers.put(name, line.substring(colon + 2))).as("%s stands once", name).isNull();
    }
    assertThat(headers.containsKey("content-length") && headers.containsKey("transfer-encoding"))
        .as("both framings")
        .isFalse();
    return new Head(status, Integer.parseInt(status.substring(9, 12)), headers);
  }

  /** One chunk; empty is the last one. */
  byte[] chunk() throws IOException {
    String size = line();
    assertThat(size).as("size of a chunk").matches("[0-9a-f]{1,8}");
    byte[] bytes = exactly(Integer.parseInt(size, 16));
    assertThat(line()).as("the end of a chunk").isEmpty();
    return bytes;
  }

  String chunkText() throws IOException {
    return new String(chunk(), StandardCharsets.UTF_8);
  }

  /** The chunks up to the last one. */
  byte[] chunks() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
      all.writeBytes(chunk);
    }
    return all.toByteArray();
  }

  byte[] exactly(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("cut after " + bytes.length + " of " + count + " bytes");
    }
    return bytes;
  }

  /** Everything up to the connection's end, however that comes. */
  byte[] rest() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      in.transferTo(all);
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("the connection stays open", e);
    } catch (IOException e) {
      return all.toByteArray();
    }
    return all.toByteArray();
  }

  /** Waits for the relay to close the connection, which has nothing more to say. */
  void awaitClosed() {
    assertThat(new String(rest(), StandardCharsets.ISO_8859_1))
        .as("bytes before the end")
        .isEmpty();
  }

  Socket socket() {
    return socket;
  }

  /** Leaves with a reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed either way.
      return;
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("cut in the line: " + line.toString(StandardCharsets.ISO_8859_1));
      }
      if (b == '\r') {
        assertThat(in.read()).as("after CR").isEqualTo('\n');
        return line.toString(StandardCharsets.ISO_8859_1);
      }
      assertThat(b).as("bare LF").isNotEqualTo('\n');
      line.write(b);
    }
  }
}
