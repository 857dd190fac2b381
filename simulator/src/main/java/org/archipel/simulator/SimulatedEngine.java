package org.archipel.simulator;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An inference engine without a model: it speaks the HTTP of a real one at the pace of a real one,
 * says in every answer what it is, counts exactly, and fails on demand (see {@link Faults}).
 *
 * <p>All methods may be called from any thread.
 */
public final class SimulatedEngine implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SimulatedEngine.class);
  private static final int BACKLOG = 4096;
  private static final int LONGEST_LINE = 16_384;
  private static final int LONGEST_HEADERS = 65_536;

  private final EngineState state;
  private final LoadPages load;
  private final EventLoopGroup loops;
  private final ChannelGroup connections;
  private final Channel listener;

  private SimulatedEngine(
      EngineState state,
      LoadPages load,
      EventLoopGroup loops,
      ChannelGroup connections,
      Channel listener) {
    this.state = state;
    this.load = load;
    this.loops = loops;
    this.connections = connections;
    this.listener = listener;
  }

  /**
   * Starts an engine; it listens when this returns.
   *
   * @throws UncheckedIOException if the address cannot be listened on
   */
  public static SimulatedEngine start(SimulatedEngineOptions options) {
    EngineState state = new EngineState(options);
    Routes routes = new Routes(state);
    LoadPages load = new LoadPages(state);
    InfoPages pages = new InfoPages(state, load);
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(options.threads(), NioIoHandler.newFactory());
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec(LONGEST_LINE, LONGEST_HEADERS, 65_536))
                        .addLast(new RequestAssembly())
                        .addLast(new EngineConnection(state, routes, pages));
                  }
                });
    ChannelFuture bound = bootstrap.bind(options.host(), options.port()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      BindException failure =
          new BindException("cannot listen on " + options.host() + ":" + options.port());
      failure.initCause(bound.cause());
      throw new UncheckedIOException(failure);
    }
    SimulatedEngine engine = new SimulatedEngine(state, load, loops, connections, bound.channel());
    log.debug("simulated engine listens on {}", engine.url());
    return engine;
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Base URL without a trailing slash and without {@code /v1}. */
  public URI url() {
    return URI.create("http://" + state.options.host() + ":" + port());
  }

  /** What it was started with. */
  public SimulatedEngineOptions options() {
    return state.options;
  }

  /**
   * What it has done so far. An answer counts as completed just after its last byte was written, so
   * a client on the same machine may have it a moment before: a test waits for the count.
   */
  public EngineCounters counters() {
    return state.counters.snapshot(state.batch.waiting());
  }

  /**
   * All requests that have ended, oldest first; empty unless {@link
   * SimulatedEngineOptions#withRememberedRequests()}.
   */
  public List<ServedRequest> served() {
    return state.counters.served();
  }

  /** Those of them with this {@code x-request-id}: several when a gateway tried again. */
  public List<ServedRequest> served(String requestId) {
    return served().stream().filter(request -> request.requestId().equals(requestId)).toList();
  }

  /**
   * Faults for the next requests for inference that bring no {@code x-simulate} header, one each,
   * in this order.
   */
  public void nextFaults(Faults... faults) {
    state.faults.add(List.of(faults));
  }

  /** Faults for requests that neither bring a header nor find queued ones. */
  public void defaultFault(Faults faults) {
    state.faults.usual(faults);
  }

  /** Whether health checks succeed; answers 503 to them otherwise. At first they do. */
  public void healthy(boolean healthy) {
    state.healthy.set(healthy);
  }

  /** What is wrong with the pages that tell its load, from now on. At first nothing is. */
  public void metrics(MetricsFault fault) {
    load.fault(fault);
  }

  /** Closes all connections, as the death of the process would do; repeated calls do nothing. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
