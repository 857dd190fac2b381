package org.archipel.relay;

import io.netty.channel.EventLoop;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all connections share. Immutable but for the draining flag; thread-safe. */
final class RelayCore {
  private static final Logger LOG = LoggerFactory.getLogger(RelayCore.class);

  private final RelayOptions options;
  private final RelayParts parts;
  private final Dispatcher dispatcher;
  private final BodyMemory bodyMemory;
  private final RequestReader requestReader;
  private final Permissions permissions;
  private final RetryBudget retryBudget;
  private final Executor thinking;
  private final SideDoor side;
  private final PeerTargets peerTargets = new PeerTargets();
  private volatile boolean draining;

  /**
   * @param thinking where work goes that would hold an event loop up
   */
  RelayCore(RelayOptions options, RelayParts parts, Dispatcher dispatcher, Executor thinking) {
    this.options = options;
    this.parts = parts;
    this.dispatcher = dispatcher;
    this.requestReader =
        new RequestReader(parts.models(), new AsksReader(options.schedulingHeaders()));
    this.permissions = new Permissions(options.labels(), parts.models());
    this.retryBudget = new RetryBudget(dispatcher::running);
    this.bodyMemory = new BodyMemory(options.limits().maxBufferedBodies());
    this.thinking = thinking;
    this.side = new SideDoor(parts.side());
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

  RequestReader requestReader() {
    return requestReader;
  }

  Permissions permissions() {
    return permissions;
  }

  RetryBudget retryBudget() {
    return retryBudget;
  }

  BodyMemory bodyMemory() {
    return bodyMemory;
  }

  /** Other sites to which requests go. */
  PeerTargets peerTargets() {
    return peerTargets;
  }

  /** Requests beside the API. */
  SideDoor side() {
    return side;
  }

  /**
   * Works something out away from an event loop and goes on with the result on it.
   *
   * @param onDefect runs on the loop instead, when the work threw
   */
  <T> void think(EventLoop loop, Supplier<T> work, Consumer<T> then, Runnable onDefect) {
    thinking.execute(
        () -> {
          try {
            T result = work.get();
            loop.execute(() -> then.accept(result));
          } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("a request ends after a defect of the relay", e);
            loop.execute(onDefect);
          }
        });
  }

  /** No new requests: connections close after their answer. */
  void drain() {
    draining = true;
  }

  boolean draining() {
    return draining;
  }
}
