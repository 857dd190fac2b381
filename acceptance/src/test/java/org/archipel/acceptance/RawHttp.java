package org.archipel.acceptance;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One TCP connection that sends exactly the bytes it is given, in the packets it is told, and reads
 * answers strictly. Every read has a limit, and fails with {@link SocketTimeoutException} beyond
 * it. Not thread-safe, except that one thread may read while another one sends.
 */
final class RawHttp implements AutoCloseable {
  private static final Duration READ_LIMIT = Duration.ofSeconds(10);
  private static final Duration BETWEEN_PACKETS = Duration.ofMillis(1);

  private final Socket socket;
  private final InputStream in;
  private final ResponseReader reader;

  private RawHttp(Socket socket, InputStream in) {
    this.socket = socket;
    this.in = in;
    this.reader = new ResponseReader(in);
  }

  /** Connects; of the URI only the host and the port count. A read may take 10 s. */
  static RawHttp connect(URI uri) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), 5_000);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) READ_LIMIT.toMillis());
    // Deadlines are those of a single read; a slow but steady answer is no failure.
    return new RawHttp(socket, new BufferedInputStream(socket.getInputStream()));
  }

  RawHttp readLimit(Duration limit) throws SocketException {
    socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
    return this;
  }

  /** Sends text as it is; write line ends as CRLF. */
  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  /**
   * Sends bytes in packets that end at the given offsets, in rising order, and at the end. A short
   * pause between them keeps the kernel from joining them.
   */
  void send(byte[] bytes, List<Integer> splits) throws IOException {
    int from = 0;
    for (int split : splits) {
      if (split > from && split < bytes.length) {
        send(Arrays.copyOfRange(bytes, from, split));
        LockSupport.parkNanos(BETWEEN_PACKETS.toNanos());
        from = split;
      }
    }
    send(Arrays.copyOfRange(bytes, from, bytes.length));
  }

  /** A request with its body, framed correctly. */
  static byte[] request(String method, String path, List<String> headers, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\nHost: a\r\n".formatted(method, path));
    headers.forEach(header -> head.append(header).append("\r\n"));
    if (bytes.length > 0) {
      head.append("Content-Type: application/json\r\n");
      head.append("Content-Length: ").append(bytes.length).append("\r\n");
    }
    byte[] headBytes = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = Arrays.copyOf(headBytes, headBytes.length + bytes.length);
    System.arraycopy(bytes, 0, all, headBytes.length, bytes.length);
    return all;
  }

  /**
   * Waits for the first byte of an answer, which is not taken, or for the end of the connection;
   * false when neither comes in time. The limit of later reads stays.
   */
  boolean answersWithin(Duration limit) throws IOException {
    int later = socket.getSoTimeout();
    socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
    in.mark(1);
    try {
      var _ = in.read();
      in.reset();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(later);
    }
  }

  RawResponse read() throws IOException {
    return reader.response(false);
  }

  /** Reads the answer to a HEAD request, which has the headers of a body and no body. */
  RawResponse readToHead() throws IOException {
    return reader.response(true);
  }

  /** Reads a head; the body is read with {@link #readChunk()}. */
  RawResponse.Head readHead() throws IOException {
    return reader.head(false);
  }

  /** The data of the next chunk, as text; empty after the last one. */
  Optional<String> readChunk() throws IOException {
    return reader.chunk().map(data -> new String(data, StandardCharsets.UTF_8));
  }

  /** Whether the server closes within the read limit and says nothing more. */
  boolean closedByServer() throws IOException {
    try {
      reader.head(false);
      return false;
    } catch (EOFException e) {
      return true;
    } catch (SocketException e) {
      // A reset closes as well.
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  /** Says that nothing more will be sent, and goes on reading. */
  void endInput() throws IOException {
    if (!socket.isOutputShutdown()) {
      socket.shutdownOutput();
    }
  }

  /** Cuts the connection with a reset, as a crashed client or a firewall does. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
