package org.archipel.relay;

import static java.util.Objects.requireNonNull;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.archipel.scheduling.FairPool;
import org.archipel.scheduling.PeerOffer;
import org.archipel.scheduling.PoolOffer;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.scheduling.QueueLimits;
import org.archipel.scheduling.SchedulingOptions;
import org.archipel.scheduling.Share;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inference API of a site on {@code listen.api}: takes requests of clients, finds each an
 * engine, relays bytes both ways and accounts for them.
 *
 * <p>Thread-safe. {@link #start} returns when the port is bound. {@link #shutdown} takes no new
 * requests, lets running ones end within a grace period, and tells the rest.
 */
public final class RelayServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RelayServer.class);
  private static final int BACKLOG = 4096;

  /** Above the high mark an engine is not read until its client has taken what is there. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private static final long TICK_MILLIS = 25;

  private final RelayCore core;
  private final EventLoopGroup loops;
  private final ExecutorService thinking;
  private final IdentityHashMap<EventExecutor, LoopContext> contexts = new IdentityHashMap<>();
  private final DnsAddressResolverGroup resolver;
  private final Channel listener;

  private RelayServer(RelayOptions options, RelayParts parts, Dispatcher.PoolFactory pools) {
    Transport transport = Transport.of(options.transport());
    this.loops = transport.eventLoops(options.limits().eventLoops());
    this.thinking = Executors.newVirtualThreadPerTaskExecutor();
    this.resolver =
        new DnsAddressResolverGroup(
            new DnsNameResolverBuilder().datagramChannelType(transport.datagram()));
    Dispatcher dispatcher = new Dispatcher(pools, options.labels());
    this.core = new RelayCore(options, parts, dispatcher, thinking);
    try {
      startLoops(transport);
      parts.models().subscribe(dispatcher);
      this.listener = bind(transport);
    } catch (RuntimeException e) {
      stopThreads();
      throw e;
    }
    LOG.debug("relay listens on {} with {}", address(), transport.name());
  }

  /**
   * Starts a relay.
   *
   * @throws IllegalStateException when the address cannot be bound
   * @throws IllegalArgumentException when the chosen transport does not work here
   */
  public static RelayServer start(RelayOptions options, RelayParts parts) {
    QueueLimits asked = options.scheduling().queue();
    int most = options.limits().maxQueue();
    SchedulingOptions policy =
        options
            .scheduling()
            .withQueue(new QueueLimits(most, Math.min(most, asked.perOrganization())));
    return start(options, parts, _ -> new FairPool<>(policy));
  }

  /** Starts a relay whose pools are made elsewhere. */
  static RelayServer start(RelayOptions options, RelayParts parts, Dispatcher.PoolFactory pools) {
    return new RelayServer(options, parts, pools);
  }

  /** Where the relay listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** Requests that wait for an engine. */
  public int waiting() {
    return core.dispatcher().waiting();
  }

  /** Requests that run on an engine. */
  public int running() {
    return core.dispatcher().running();
  }

  /** How many requests more may be on a second attempt now. */
  public int retriesLeft() {
    return core.retryBudget().left();
  }

  /** The pools as they are now, by model. Takes the lock of one pool after the other. */
  public Map<String, PoolSnapshot> pools() {
    return core.dispatcher().snapshots();
  }

  /**
   * Tells what other sites offer for a model now, all of them: those that are missing offer nothing
   * any more. To be repeated each second; takes the pool's lock.
   *
   * @param model the model's id here; one of the catalogue
   * @param offers their times are of {@link System#nanoTime}
   */
  public void peerOffers(String model, List<PeerOffer> offers) {
    core.dispatcher().offered(model, offers);
  }

  /** What the pools could do for other sites now, by model. Takes one lock after the other. */
  public Map<String, PoolOffer> poolOffers() {
    return core.dispatcher().offers();
  }

  /**
   * Sets what organizations may have of others' engines; those not named have {@link Share#EQUAL}.
   * To be repeated each second or so: that costs little and reaches pools that are just being made.
   */
  public void shares(Map<String, Share> agreed) {
    core.dispatcher().shares(agreed);
  }

  /** Bytes of request bodies that are held. */
  public long bufferedBodyBytes() {
    return core.bodyMemory().used() + core.side().memory().used();
  }

  /** Requests beside the API that are being answered. */
  public int runningAside() {
    return core.side().running();
  }

  /** Connections of clients that are open. */
  public int openConnections() {
    int open = 0;
    for (LoopContext context : contexts.values()) {
      open += onLoop(context, () -> context.clients().size());
    }
    return open;
  }

  /**
   * Takes an engine away from the requests that it has: those without an answer yet go on
   * elsewhere, the others end with an error. Blocks for a moment.
   *
   * @return how many it had
   */
  public int cutFrom(String engine) {
    int cut = 0;
    for (LoopContext context : contexts.values()) {
      cut +=
          onLoop(
              context,
              () -> {
                List<ClientConnection> clients = new ArrayList<>(context.clients());
                return (int) clients.stream().filter(client -> client.cutFrom(engine)).count();
              });
    }
    return cut;
  }

  /**
   * Ends the service: no new connections and requests from now on; waits up to {@code grace} for
   * running requests; tells what still runs that the site is going down. Blocks.
   */
  public void shutdown(Duration grace) {
    core.drain();
    listener.close().syncUninterruptibly();
    long deadline = System.nanoTime() + grace.toNanos();
    while (openConnections() > 0 && System.nanoTime() < deadline) {
      if (loops.isShuttingDown()) {
        return;
      }
      pause();
    }
    // Those that wait first: else they would be given the places of those that run.
    tellAll(ClientConnection::shutDownWaiting);
    tellAll(ClientConnection::shutDown);
    long lastWords = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    while (openConnections() > 0 && System.nanoTime() < lastWords) {
      pause();
    }
    tellAll(ClientConnection::close);
    for (LoopContext context : contexts.values()) {
      onLoop(
          context,
          () -> {
            context.upstreams().closeIdle();
            context.durable().giveUp();
            return 0;
          });
    }
    stopThreads();
  }

  /** Ends the service without grace. */
  @Override
  public void close() {
    if (!loops.isShuttingDown()) {
      shutdown(Duration.ZERO);
    }
  }

  private void startLoops(Transport transport) {
    for (EventExecutor executor : loops) {
      EventLoop loop = (EventLoop) executor;
      UpstreamPool upstreams =
          new UpstreamPool(loop, transport, resolver, core.options().timeouts().connect());
      LoopContext context =
          new LoopContext(loop, core.parts().clock(), core.parts().journal(), upstreams);
      contexts.put(loop, context);
      core.parts().journal().onCommit(context.durable()::committed);
      context.start();
    }
    loops
        .next()
        .scheduleAtFixedRate(
            core.dispatcher()::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private Channel bind(Transport transport) {
    LocalAnswers answers = new LocalAnswers(core.parts().models(), core.parts().clock().instant());
    RequestRouter router = new RequestRouter(core, answers);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(transport.server())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    LoopContext context = requireNonNull(contexts.get(channel.eventLoop()));
                    ClientConnection connection =
                        new ClientConnection(core, context, channel, router);
                    channel
                        .pipeline()
                        .addLast(
                            new StrictRequestDecoder(
                                core.options().limits().maxHeader(), connection))
                        .addLast(connection);
                  }
                });
    ChannelFuture bound = bootstrap.bind(core.options().bind()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IllegalStateException(
          "listen.api: " + core.options().bind() + " cannot be bound (expected: a free address)",
          bound.cause());
    }
    return bound.channel();
  }

  private void tellAll(Consumer<ClientConnection> what) {
    for (LoopContext context : contexts.values()) {
      onLoop(
          context,
          () -> {
            List<ClientConnection> left = new ArrayList<>(context.clients());
            left.forEach(what);
            return left.size();
          });
    }
  }

  private void stopThreads() {
    core.side().close();
    resolver.close();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    thinking.close();
  }

  private static void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
  }

  private static int onLoop(LoopContext context, Callable<Integer> task) {
    if (context.loop().isShuttingDown()) {
      return 0;
    }
    return context.loop().submit(task).syncUninterruptibly().getNow();
  }
}
