package org.archipel.relay;

import java.util.concurrent.Executor;

/** What all connections share. Immutable but for the draining flag; thread-safe. */
final class RelayCore {
  private final RelayOptions options;
  private final RelayParts parts;
  private final Dispatcher dispatcher;
  private final BodyMemory bodyMemory;
  private final Executor thinking;
  private volatile boolean draining;

  /**
   * @param thinking where work goes that would hold an event loop up
   */
  RelayCore(RelayOptions options, RelayParts parts, Dispatcher dispatcher, Executor thinking) {
    this.options = options;
    this.parts = parts;
    this.dispatcher = dispatcher;
    this.bodyMemory = new BodyMemory(options.limits().maxBufferedBodies());
    this.thinking = thinking;
  }

  RelayOptions options() {
    return options;
  }

  RelayParts parts() {
    return parts;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  BodyMemory bodyMemory() {
    return bodyMemory;
  }

  Executor thinking() {
    return thinking;
  }

  /** No new requests: connections close after their answer. */
  void drain() {
    draining = true;
  }

  boolean draining() {
    return draining;
  }
}
