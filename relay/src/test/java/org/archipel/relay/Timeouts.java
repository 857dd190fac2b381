package org.archipel.relay;

import java.time.Duration;
import java.util.function.UnaryOperator;

/** Changes of single timeouts. */
final class Timeouts {
  private Timeouts() {}

  static UnaryOperator<RelayTimeouts> queue(Duration d) {
    return t -> of(t, d, t.connect(), t.firstByte(), t.betweenChunks(), t.clientStall(), t.ping());
  }

  static UnaryOperator<RelayTimeouts> connect(Duration d) {
    return t -> of(t, t.queue(), d, t.firstByte(), t.betweenChunks(), t.clientStall(), t.ping());
  }

  static UnaryOperator<RelayTimeouts> firstByte(Duration d) {
    return t -> of(t, t.queue(), t.connect(), d, t.betweenChunks(), t.clientStall(), t.ping());
  }

  static UnaryOperator<RelayTimeouts> betweenChunks(Duration d) {
    return t -> of(t, t.queue(), t.connect(), t.firstByte(), d, t.clientStall(), t.ping());
  }

  static UnaryOperator<RelayTimeouts> clientStall(Duration d) {
    return t -> of(t, t.queue(), t.connect(), t.firstByte(), t.betweenChunks(), d, t.ping());
  }

  static UnaryOperator<RelayTimeouts> ping(Duration d) {
    return t -> of(t, t.queue(), t.connect(), t.firstByte(), t.betweenChunks(), t.clientStall(), d);
  }

  static UnaryOperator<RelayTimeouts> body(Duration d) {
    return t ->
        new RelayTimeouts(
            t.header(),
            d,
            t.keepAlive(),
            t.queue(),
            t.connect(),
            t.firstByte(),
            t.betweenChunks(),
            t.clientStall(),
            t.ping());
  }

  private static RelayTimeouts of(
      RelayTimeouts t,
      Duration queue,
      Duration connect,
      Duration firstByte,
      Duration betweenChunks,
      Duration clientStall,
      Duration ping) {
    return new RelayTimeouts(
        t.header(),
        t.body(),
        t.keepAlive(),
        queue,
        connect,
        firstByte,
        betweenChunks,
        clientStall,
        ping);
  }
}
