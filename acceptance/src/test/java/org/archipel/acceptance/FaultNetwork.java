package org.archipel.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network between sites on one machine that can be broken link by link, without any privilege:
 * every site has a file of its own that says where the others are, and finds there a {@link
 * FaultLink} to each. Sites know each other by names that end in {@code .test}.
 */
final class FaultNetwork implements AutoCloseable {
  private final List<String> names;
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final Map<Pair, Direction> directions = new LinkedHashMap<>();
  private final Map<Pair, FaultLink> links = new LinkedHashMap<>();
  private final Path folder;

  private record Pair(String from, String to) {}

  private FaultNetwork(Path folder, List<String> names) {
    this.folder = folder;
    this.names = List.copyOf(names);
  }

  /** Lays the links of all sites to all others. */
  static FaultNetwork between(Path folder, List<String> names, long seed) throws IOException {
    FaultNetwork network = new FaultNetwork(folder, names);
    for (String name : names) {
      network.ports.put(name, freePort());
      names.forEach(other -> network.directions.put(new Pair(name, other), new Direction()));
    }
    long number = seed;
    for (String from : names) {
      StringBuilder hosts = new StringBuilder();
      for (String to : names) {
        InetAddress seen = from.equals(to) ? loopback(0, 0) : network.at(from, to);
        hosts.append(seen.getHostAddress()).append(' ').append(host(to)).append('\n');
        if (!from.equals(to)) {
          number++;
          network.links.put(new Pair(from, to), network.link(from, to, number << 32));
        }
      }
      Files.writeString(network.hosts(from), hosts);
    }
    return network;
  }

  private FaultLink link(String from, String to, long seed) throws IOException {
    int port = port(to);
    return FaultLink.open(
        new InetSocketAddress(at(from, to), port),
        new InetSocketAddress(loopback(0, 0), port),
        direction(from, to),
        direction(to, from),
        seed);
  }

  /** Every site sees every other one at an address of its own, all of them this machine. */
  private InetAddress at(String from, String to) throws IOException {
    return loopback(names.indexOf(from) + 1, names.indexOf(to) + 1);
  }

  private static InetAddress loopback(int third, int fourth) throws IOException {
    int last = third == 0 ? 1 : fourth;
    return InetAddress.getByAddress(new byte[] {127, 0, (byte) third, (byte) last});
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, loopback(0, 0))) {
      return socket.getLocalPort();
    }
  }

  private static String host(String name) {
    return name + ".test";
  }

  private int port(String name) {
    Integer port = ports.get(name);
    if (port == null) {
      throw new IllegalArgumentException(name + " (expected: one of " + names + ")");
    }
    return port;
  }

  private Direction direction(String from, String to) {
    Direction direction = directions.get(new Pair(from, to));
    if (direction == null) {
      throw new IllegalArgumentException(from + " to " + to + " (expected: of " + names + ")");
    }
    return direction;
  }

  /** The URL by which the others know a site. */
  URI entity(String name) {
    return URI.create("http://" + host(name) + ":" + port(name));
  }

  /** Where a site has to listen. */
  String listen(String name) {
    return "127.0.0.1:" + port(name);
  }

  /** The flag by which a site's process finds the others. */
  String flag(String name) {
    return "-Djdk.net.hosts.file=" + hosts(name);
  }

  private Path hosts(String name) {
    return folder.resolve(name + ".hosts");
  }

  /** Nothing passes between two sites. */
  void cut(String one, String other) {
    cutOneWay(one, other);
    cutOneWay(other, one);
  }

  /** Nothing that one sends reaches the other. */
  void cutOneWay(String from, String to) {
    direction(from, to).cut();
  }

  /** Everything between two sites takes so much longer, each way. */
  void delay(String one, String other, Duration time) {
    direction(one, other).delay(time);
    direction(other, one).delay(time);
  }

  /** A share of what is sent between two sites comes late, as after a loss. */
  void lose(String one, String other, double share) {
    direction(one, other).lose(share);
    direction(other, one).lose(share);
  }

  /** Every connection between two sites breaks at once. */
  void reset(String one, String other) {
    List<FaultLink> both = new ArrayList<>();
    links.forEach(
        (pair, link) -> {
          if (pair.equals(new Pair(one, other)) || pair.equals(new Pair(other, one))) {
            both.add(link);
          }
        });
    both.forEach(FaultLink::resetAll);
  }

  /** Everything passes again. */
  void heal() {
    directions.values().forEach(Direction::heal);
  }

  @Override
  public void close() {
    heal();
    for (FaultLink link : links.values()) {
      try {
        link.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
