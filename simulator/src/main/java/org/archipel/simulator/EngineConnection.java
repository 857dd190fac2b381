package org.archipel.simulator;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: requests one after the other. Reading never stops, so that a client that
 * leaves is noticed at once.
 */
final class EngineConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger log = LoggerFactory.getLogger(EngineConnection.class);
  private static final int MOST_PIPELINED = 128;
  private static final int LONGEST_REQUEST_ID = 200;

  private final EngineState state;
  private final Routes routes;
  private final InfoPages pages;
  private final ArrayDeque<FullHttpRequest> pipelined = new ArrayDeque<>();
  private @Nullable Exchange exchange;
  private boolean busy;

  EngineConnection(EngineState state, Routes routes, InfoPages pages) {
    this.state = state;
    this.routes = routes;
    this.pages = pages;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    state.counters.connections.increment();
    ctx.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    state.counters.connections.decrement();
    pipelined.forEach(FullHttpRequest::release);
    pipelined.clear();
    if (exchange != null) {
      exchange.peerGone();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.writable();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (!busy) {
      serve(ctx, request);
    } else if (pipelined.size() < MOST_PIPELINED) {
      pipelined.add(request.retain());
    } else {
      var _ = ctx.close();
    }
  }

  private void serve(ChannelHandlerContext ctx, FullHttpRequest request) {
    busy = true;
    String path = path(request);
    boolean readable = request.decoderResult().isSuccess();
    boolean keepAlive = readable && HttpUtil.isKeepAlive(request);
    String requestId = request.headers().get("x-request-id", "");
    if (requestId.length() > LONGEST_REQUEST_ID) {
      requestId = requestId.substring(0, LONGEST_REQUEST_ID);
    }
    AnswerWire wire =
        new AnswerWire(ctx.channel(), keepAlive, requestId, orca(request), () -> free(ctx));
    try {
      if (!readable) {
        throw ApiError.badRequest("request: not readable (expected: HTTP/1.1)");
      }
      answer(wire, path, requestId, request);
    } catch (ApiError refused) {
      refuse(wire, path, refused);
    } catch (RuntimeException bug) {
      log.error("simulated engine failed on {}", path, bug);
      refuse(wire, path, ApiError.of(500, "InternalServerError", "internal error"));
    }
  }

  private void answer(AnswerWire wire, String path, String requestId, FullHttpRequest request) {
    if (path.startsWith("/v1/")) {
      authorize(request);
    }
    boolean reads =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    if (reads) {
      Optional<Page> page = pages.page(path, query(request));
      wire.page(page.orElseThrow(() -> ApiError.of(404, "Not Found", "Not Found")));
      return;
    }
    if (!request.method().equals(HttpMethod.POST)) {
      throw ApiError.of(405, "Method Not Allowed", "Method Not Allowed");
    }
    boolean offersH2c =
        request.headers().contains(HttpHeaderNames.UPGRADE, "h2c", true)
            && state.has(EngineQuirk.LOSES_BODY_ON_H2C);
    if (offersH2c) {
      request.content().clear();
    }
    if (path.equals("/v1/messages/count_tokens")) {
      wire.page(routes.countTokens(request));
      return;
    }
    Faults faults = faults(request);
    Plan plan =
        routes
            .plan(path, requestId, request, faults)
            .orElseThrow(() -> ApiError.of(404, "Not Found", "Not Found"));
    exchange = new Exchange(state, wire, plan, faults);
    exchange.begin();
  }

  private void authorize(FullHttpRequest request) {
    Optional<String> key = state.options.apiKey();
    String given = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    if (key.isPresent() && !given.equals("Bearer " + key.get())) {
      throw ApiError.of(401, "Unauthorized", "Unauthorized");
    }
  }

  private Faults faults(FullHttpRequest request) {
    String wished = request.headers().get(Faults.HEADER);
    if (wished == null) {
      return state.faults.take();
    }
    try {
      return Faults.parse(wished);
    } catch (IllegalArgumentException unknown) {
      throw ApiError.badRequest(String.valueOf(unknown.getMessage()));
    }
  }

  private void refuse(AnswerWire wire, String path, ApiError refused) {
    state.counters.refused.increment();
    boolean anthropic = path.startsWith("/v1/messages");
    wire.page(
        Page.json(
            refused.status,
            anthropic
                ? Wire.anthropicError(refused.status, refused.text())
                : Wire.error(refused.status, refused.type, refused.text())));
  }

  /** vLLM's load in a response header, for who asks for it. */
  private Map<String, String> orca(FullHttpRequest request) {
    boolean wanted =
        state.flavour() == EngineFlavour.VLLM
            && request.headers().contains("endpoint-load-metrics-format");
    if (!wanted) {
      return Map.of();
    }
    return Map.of(
        "endpoint-load-metrics",
        "JSON {\"named_metrics\":{\"kv_cache_usage_perc\":%s,\"num_requests_waiting\":%d}}"
            .formatted(state.kvUsage(), state.batch.waiting()));
  }

  private void free(ChannelHandlerContext ctx) {
    exchange = null;
    busy = false;
    if (!pipelined.isEmpty() && ctx.channel().isActive()) {
      // A new turn of the loop: answers without delay must not nest.
      ctx.executor().execute(() -> serveNext(ctx));
    }
  }

  private void serveNext(ChannelHandlerContext ctx) {
    FullHttpRequest next = busy ? null : pipelined.poll();
    if (next != null) {
      try {
        serve(ctx, next);
      } finally {
        next.release();
      }
    }
  }

  private static String path(FullHttpRequest request) {
    String uri = request.uri();
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  private static String query(FullHttpRequest request) {
    int query = request.uri().indexOf('?');
    return query < 0 ? "" : request.uri().substring(query + 1);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A client may leave in the middle of its own request.
    boolean left =
        cause instanceof IOException || cause instanceof PrematureChannelClosureException;
    if (!left) {
      log.warn("connection to a simulated engine failed", cause);
    }
    var _ = ctx.close();
  }
}
