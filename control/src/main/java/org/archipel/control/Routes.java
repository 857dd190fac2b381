package org.archipel.control;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins paths and handlers. A handler below {@code /api} runs only for the administrator. All run
 * on virtual threads, with the whole body there: they may block.
 */
final class Routes {
  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

  /** By these a proxy tells whom it speaks for. */
  private static final List<CharSequence> PROXIED =
      List.of(
          HttpHeaderNames.FORWARDED,
          HttpHeaderNames.X_FORWARDED_FOR,
          HttpHeaderNames.VIA,
          "x-real-ip");

  private final ServerBuilder server;
  private final Json json;
  private final AdminToken token;
  private final Executor threads;

  Routes(ServerBuilder server, Json json, AdminToken token, Executor threads) {
    this.server = server;
    this.json = json;
    this.token = token;
    this.threads = threads;
  }

  void get(String path, Function<Call, HttpResponse> handler) {
    add(HttpMethod.GET, path, authorized(handler));
  }

  void post(String path, Function<Call, HttpResponse> handler) {
    add(HttpMethod.POST, path, authorized(handler));
  }

  void delete(String path, Function<Call, HttpResponse> handler) {
    add(HttpMethod.DELETE, path, authorized(handler));
  }

  /** For everybody who reaches the listener. */
  void open(String path, Function<Call, HttpResponse> handler) {
    add(HttpMethod.GET, path, (context, request) -> blocking(context, request, handler));
  }

  /** For whoever asks from this machine, and for the administrator from elsewhere. */
  void getFromHere(String path, Function<Call, HttpResponse> handler) {
    HttpService anywhere = authorized(handler);
    add(
        HttpMethod.GET,
        path,
        (context, request) ->
            fromHere(context, request)
                ? blocking(context, request, handler)
                : anywhere.serve(context, request));
  }

  /** A proxy on this machine is no proof of where its caller is: it says that it is one. */
  private static boolean fromHere(ServiceRequestContext context, HttpRequest request) {
    // An address without one is a domain socket: it says nothing of who is at the other end.
    InetAddress peer = context.remoteAddress().getAddress();
    return peer != null
        && peer.isLoopbackAddress()
        && PROXIED.stream().noneMatch(request.headers()::contains);
  }

  private void add(HttpMethod method, String path, HttpService service) {
    server.route().path(path).methods(method).build(service);
  }

  private HttpService authorized(Function<Call, HttpResponse> handler) {
    return (context, request) -> {
      // Before the body is read: a stranger costs nothing.
      if (!token.matches(request.headers().get(HttpHeaderNames.AUTHORIZATION, ""))) {
        return json.problem(
            HttpStatus.UNAUTHORIZED,
            "the administrator's token is missing or wrong (expected: Authorization: Bearer with"
                + " what <data>/admin.token holds)");
      }
      return blocking(context, request, handler);
    };
  }

  private HttpResponse blocking(
      ServiceRequestContext context, HttpRequest request, Function<Call, HttpResponse> handler) {
    return HttpResponse.of(
        request.aggregate().thenApplyAsync(body -> answer(context, body, handler), threads));
  }

  private HttpResponse answer(
      ServiceRequestContext context,
      AggregatedHttpRequest request,
      Function<Call, HttpResponse> handler) {
    try {
      return handler.apply(new Call(context, request, json));
    } catch (RuntimeException e) {
      return Failures.answer(e, json, LOG);
    }
  }
}
