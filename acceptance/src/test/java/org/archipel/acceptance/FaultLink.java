package org.archipel.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The connections that one site opens to another one, each passed on byte by byte as the two
 * directions between them allow. Keeps the order of bytes. Thread-safe.
 *
 * <p>While a direction is cut nobody is let in: after two of them the kernel drops further ones, so
 * that callers meet the same silence as with a pulled cable.
 */
final class FaultLink implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;
  private static final int CHUNKS_UNDER_WAY = 256;
  private static final int CONNECT_MILLIS = 2_000;

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final Direction there;
  private final Direction back;
  private final long seed;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Bytes on their way; the last piece has none. */
  private record Piece(byte[] bytes, long dueNanos) {}

  private FaultLink(
      ServerSocket listener, InetSocketAddress target, Direction there, Direction back, long seed) {
    this.listener = listener;
    this.target = target;
    this.there = there;
    this.back = back;
    this.seed = seed;
  }

  /**
   * Opens a link.
   *
   * @param at where the caller believes the other site to be
   * @param target where it is
   * @param there from the caller to the other site
   * @param back from the other site to the caller
   */
  static FaultLink open(
      InetSocketAddress at, InetSocketAddress target, Direction there, Direction back, long seed)
      throws IOException {
    ServerSocket listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.bind(at, 1);
    FaultLink link = new FaultLink(listener, target, there, back, seed);
    link.threads.execute(link::accept);
    return link;
  }

  private void accept() {
    long number = seed;
    try {
      while (!listener.isClosed()) {
        there.awaitOpen();
        back.awaitOpen();
        Socket caller = listener.accept();
        open.add(caller);
        long own = number++;
        threads.execute(() -> pass(caller, own));
      }
    } catch (IOException e) {
      // The listener was closed.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pass(Socket caller, long number) {
    try {
      // A caller may have come between the look at the directions and a cut.
      there.awaitOpen();
      back.awaitOpen();
      Socket other = new Socket();
      open.add(other);
      other.connect(target, CONNECT_MILLIS);
      caller.setTcpNoDelay(true);
      other.setTcpNoDelay(true);
      SplittableRandom random = new SplittableRandom(number);
      one(caller, other, there, random.split());
      one(other, caller, back, random.split());
    } catch (IOException e) {
      // Nobody listens there: told as the kernel of that machine would.
      reset(caller);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void one(Socket from, Socket to, Direction way, SplittableRandom random) {
    BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(CHUNKS_UNDER_WAY);
    threads.execute(() -> read(from, way, random, pieces));
    threads.execute(() -> write(pieces, way, from, to));
  }

  private static void read(
      Socket from, Direction way, SplittableRandom random, BlockingQueue<Piece> pieces) {
    byte[] chunk = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        pieces.put(new Piece(java.util.Arrays.copyOf(chunk, read), due(way, random)));
      }
      pieces.put(new Piece(new byte[0], due(way, random)));
    } catch (IOException e) {
      // A reset travels like the rest.
      end(pieces, due(way, random));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void end(BlockingQueue<Piece> pieces, long dueNanos) {
    try {
      pieces.put(new Piece(new byte[0], dueNanos));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long due(Direction way, SplittableRandom random) {
    return System.nanoTime() + way.transit(random).toNanos();
  }

  private void write(BlockingQueue<Piece> pieces, Direction way, Socket from, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      for (Piece piece = pieces.take(); piece.bytes.length > 0; piece = pieces.take()) {
        arrive(piece, way);
        out.write(piece.bytes);
      }
      way.awaitOpen();
    } catch (IOException e) {
      // Whoever was to read is gone; the sender is told below.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      drop(from);
      drop(to);
    }
  }

  private static void arrive(Piece piece, Direction way) throws InterruptedException {
    long left = piece.dueNanos - System.nanoTime();
    if (left > 0) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
    way.awaitOpen();
  }

  /** Breaks every connection, as a firewall does that has forgotten them. */
  void resetAll() {
    open.forEach(this::reset);
  }

  private void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is closed already.
      open.remove(socket);
    }
    drop(socket);
  }

  private void drop(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket does not close", e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(this::drop);
    threads.shutdownNow();
  }
}
