package org.archipel.control;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.archipel.control.Operation.Concern;
import org.archipel.control.Operation.Parameter;
import org.archipel.control.Operation.Permission;
import org.archipel.control.Operation.Permission.Needs;
import org.archipel.control.Operation.Trait;
import org.archipel.directory.access.Authority;
import org.archipel.directory.access.Scope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins operations and handlers, and does for all of them what their description says: finds out
 * who is calling, asks the authority, refuses unknown parameters, answers repeated creations.
 * Handlers run on virtual threads, with the whole body there: they may block.
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
  private final Identities identities;
  private final RepeatedRequests repeated;
  private final Executor threads;
  private final Authority authority = new Authority();
  private final List<Operation> operations = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();

  Routes(
      ServerBuilder server,
      Json json,
      Identities identities,
      RepeatedRequests repeated,
      Executor threads) {
    this.server = server;
    this.json = json;
    this.identities = identities;
    this.repeated = repeated;
    this.threads = threads;
  }

  /**
   * Serves an operation.
   *
   * @throws IllegalStateException when its description lacks what must be there
   */
  void add(Operation operation, Function<Call, HttpResponse> handler) {
    operation.checked();
    if (!ids.add(operation.id())) {
      throw new IllegalStateException(operation.id() + " (expected: an id used once)");
    }
    operations.add(operation);
    server
        .route()
        .path(operation.path())
        .methods(operation.method())
        .build((context, request) -> serve(operation, handler, context, request));
  }

  /** What is served so far. */
  List<Operation> operations() {
    return List.copyOf(operations);
  }

  private HttpResponse serve(
      Operation operation,
      Function<Call, HttpResponse> handler,
      ServiceRequestContext context,
      HttpRequest request) {
    Optional<Needs> needs = needs(operation, context, request);
    if (needs.isEmpty()) {
      return whole(
          new Call.Start(context, json, operation, needs), Identity.STRANGER, request, handler);
    }
    // Before the body is read: a stranger costs nothing.
    if (!identities.claimed(request.headers())) {
      return Failures.answer(identities.unknown(), json, LOG);
    }
    return HttpResponse.of(
        CompletableFuture.supplyAsync(() -> identities.identify(request.headers()), threads)
            .thenApply(
                who ->
                    whole(new Call.Start(context, json, operation, needs), who, request, handler))
            .exceptionally(failure -> Failures.answer(failure, json, LOG)));
  }

  private HttpResponse whole(
      Call.Start start,
      Identity identity,
      HttpRequest request,
      Function<Call, HttpResponse> handler) {
    return HttpResponse.of(
        request
            .aggregate()
            .thenApplyAsync(body -> run(new Call(start, body, identity), handler), threads));
  }

  /** What the caller must be allowed to do; nothing where the route is open to it. */
  private static Optional<Needs> needs(
      Operation operation, ServiceRequestContext context, HttpRequest request) {
    return switch (operation.permission()) {
      case Permission.Everybody _ -> Optional.empty();
      case Permission.FromHere fromHere ->
          fromHere(context, request) ? Optional.empty() : Optional.of(fromHere.elsewhere());
      case Needs needs -> Optional.of(needs);
    };
  }

  /** A proxy on this machine is no proof of where its caller is: it says that it is one. */
  private static boolean fromHere(ServiceRequestContext context, HttpRequest request) {
    // An address without one is a domain socket: it says nothing of who is at the other end.
    InetAddress peer = context.remoteAddress().getAddress();
    return peer != null
        && peer.isLoopbackAddress()
        && PROXIED.stream().noneMatch(request.headers()::contains);
  }

  private HttpResponse run(Call call, Function<Call, HttpResponse> handler) {
    try {
      Operation operation = call.operation();
      call.needs().ifPresent(needs -> permit(call, needs));
      call.expectOnly(parameters(operation));
      if (operation.has(Trait.REPEATABLE)) {
        return repeated.answer(call, () -> checked(call, handler));
      }
      return checked(call, handler);
    } catch (RuntimeException e) {
      return Failures.answer(e, json, LOG);
    }
  }

  private void permit(Call call, Needs needs) {
    if (call.identity().byCookie() && changes(call.operation().method())) {
      identities.checkNotForged(call.request().headers());
    }
    if (!authority.mayAnywhere(call.subject(), needs.action())) {
      throw Refusal.notPermitted(needs.action().word() + " is not among what your roles allow");
    }
    switch (needs.concern()) {
      case SITE -> call.demand(Scope.site());
      case CONSORTIUM -> call.demand(Scope.consortium());
      case ORGANIZATION -> call.demand(new Scope.Organization(call.path("organization")));
      case PROJECT ->
          call.demand(new Scope.Project(call.path("organization"), call.path("project")));
      case LISTED, FOUND -> {
        // The handler asks: only it can know of what.
      }
    }
  }

  private static boolean changes(HttpMethod method) {
    return method != HttpMethod.GET && method != HttpMethod.HEAD;
  }

  /** A handler that forgets to ask the authority shows nothing, whatever it has done. */
  private static HttpResponse checked(Call call, Function<Call, HttpResponse> handler) {
    HttpResponse response = handler.apply(call);
    boolean mustAsk =
        call.needs()
            .map(Needs::concern)
            .filter(concern -> concern == Concern.LISTED || concern == Concern.FOUND)
            .isPresent();
    if (mustAsk && !call.asked()) {
      response.abort();
      throw new IllegalStateException(
          call.operation().id() + " answered without asking the authority");
    }
    return response;
  }

  private static Set<String> parameters(Operation operation) {
    Stream<String> paging =
        operation.has(Trait.PAGED) ? Stream.of("limit", "after") : Stream.empty();
    return Stream.concat(
            operation.parameters().stream().filter(p -> !p.inPath()).map(Parameter::name), paging)
        .collect(Collectors.toSet());
  }
}
