package org.archipel.relay;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import java.util.Optional;
import java.util.function.Supplier;
import org.archipel.directory.Caller;
import org.archipel.directory.Grants;
import org.archipel.directory.KeyCheck;

/** Decides from a request's head what is to be done with it. Thread-safe. */
final class RequestRouter {
  private static final String MODELS = "/v1/models";
  private static final AsciiString ASSERTION = AsciiString.cached("x-archipel-assertion");

  /** Open WebUI's (http-contract.md §11.2). */
  private static final AsciiString USER_TOKEN = AsciiString.cached("x-openwebui-user-jwt");

  private final RelayCore core;
  private final LocalAnswers answers;
  private final Permissions permissions;

  RequestRouter(RelayCore core, LocalAnswers answers) {
    this.core = core;
    this.answers = answers;
    this.permissions = core.permissions();
  }

  Plan plan(RequestHead request) {
    if (request.method().equals(HttpMethod.OPTIONS)) {
      return new Plan.Preflight();
    }
    return switch (request.path()) {
      case "/health/live" -> get(request, () -> new Plan.Local(200, LocalAnswers.live()));
      case "/health/ready" -> get(request, this::ready);
      // The inference API is never beside: its requests ask nobody else.
      default -> request.path().startsWith("/v1/") ? api(request) : beside(request);
    };
  }

  private Plan beside(RequestHead request) {
    return core.side()
        .route(request)
        .map(route -> aside(request, route))
        .orElseGet(() -> api(request));
  }

  private Plan api(RequestHead request) {
    String path = request.path();
    boolean models = path.equals(MODELS) || path.startsWith(MODELS + "/");
    if (!models && !Route.passable(path)) {
      return refuse(ErrorCode.NOT_FOUND, "there is nothing at this path (expected: /v1/…)");
    }
    if (!request.plainQuery()) {
      return refuse(
          ErrorCode.INVALID_REQUEST, "the query is not well-formed (expected: printable ASCII)");
    }
    if (core.draining()) {
      return new Plan.Refuse(
          Failure.retryLater(ErrorCode.SHUTTING_DOWN, "this site is shutting down", 0));
    }
    String assertion = request.headers().get(ASSERTION);
    if (assertion != null && !models && request.apiKey().isEmpty()) {
      return new Plan.FindOut(() -> visit(request, assertion));
    }
    return judged(request, models, core.parts().keys().check(request.apiKey()));
  }

  private Plan judged(RequestHead request, boolean models, KeyCheck check) {
    return switch (check) {
      case KeyCheck.Accepted accepted -> recognized(request, models, accepted.caller());
      case KeyCheck.Rejected rejected -> Rejections.plan(request, rejected);
      case KeyCheck.Pending pending ->
          new Plan.FindOut(() -> judged(request, models, pending.verdict().get()));
    };
  }

  /** Finds the person behind a key of an application that names its users. */
  private Plan recognized(RequestHead request, boolean models, Caller caller) {
    if (caller.userProof().isEmpty()) {
      return permitted(request, models, caller);
    }
    String userToken = request.headers().get(USER_TOKEN, "");
    return switch (core.parts().keys().identify(caller, userToken)) {
      case KeyCheck.Accepted accepted -> permitted(request, models, accepted.caller());
      case KeyCheck.Rejected rejected -> Rejections.plan(request, rejected);
      case KeyCheck.Pending _ -> throw new IllegalStateException("a person is known at once");
    };
  }

  private Plan aside(RequestHead request, SideRoute route) {
    if (!request.plainQuery()) {
      return refuse(
          ErrorCode.INVALID_REQUEST, "the query is not well-formed (expected: printable ASCII)");
    }
    if (core.draining()) {
      return new Plan.Refuse(
          Failure.retryLater(ErrorCode.SHUTTING_DOWN, "this site is shutting down", 0));
    }
    return request.contentLength() > SideRoute.MAX_BODY
        ? new Plan.Refuse(tooLarge(SideRoute.MAX_BODY))
        : new Plan.Aside(route);
  }

  private Plan permitted(RequestHead request, boolean models, Caller caller) {
    Optional<Failure> refusal = permissions.refusal(request, caller.grants());
    if (refusal.isPresent()) {
      return new Plan.Refuse(refusal.get());
    }
    return models
        ? get(request, () -> models(request, caller.grants()))
        : serve(request, new Plan.Serve(caller, Optional.empty()));
  }

  private Plan visit(RequestHead request, String assertion) {
    OverflowFacts.Target target = new OverflowFacts.Target(request.method().name(), request.path());
    return switch (core.parts().peers().admit(assertion, target)) {
      case VisitCheck.Accepted(Visit visit) ->
          permissions
              .refusal(visit)
              .<Plan>map(Plan.Refuse::new)
              .orElseGet(() -> serve(request, new Plan.Serve(visit.caller(), Optional.of(visit))));
      case VisitCheck.Refused(VisitCheck.Why why, String reason) ->
          switch (why) {
            case NOT_BELIEVED ->
                refuse(ErrorCode.ASSERTION_REFUSED, "the assertion is not believed: " + reason);
            case NOT_ALLOWED ->
                refuse(ErrorCode.VISIT_NOT_ALLOWED, "this site does not serve it: " + reason);
            case NO_CREDIT -> new Plan.Refuse(Failure.retryLater(ErrorCode.NO_CREDIT, reason, 0));
          };
    };
  }

  private Plan serve(RequestHead request, Plan.Serve plan) {
    if (!request.method().equals(HttpMethod.POST)) {
      return refuse(
          ErrorCode.METHOD_NOT_ALLOWED, "method not allowed at this path (expected: POST)");
    }
    long length = request.contentLength();
    int max = core.options().limits().maxBody();
    if (length > max) {
      return new Plan.Refuse(tooLarge(max));
    }
    return plan;
  }

  private Plan models(RequestHead request, Grants grants) {
    boolean anthropic = request.headers().contains("anthropic-version");
    if (request.path().equals(MODELS)) {
      return new Plan.Local(200, answers.models(anthropic, grants));
    }
    Optional<byte[]> model =
        answers.model(request.path().substring(MODELS.length() + 1), anthropic, grants);
    if (model.isEmpty()) {
      return refuse(
          ErrorCode.MODEL_NOT_FOUND,
          "this model does not exist here (GET /v1/models lists what does)");
    }
    return new Plan.Local(200, model.get());
  }

  private Plan ready() {
    boolean healthy = core.parts().journal().healthy();
    boolean ready = healthy && !core.draining();
    String reason = healthy ? "shutting down" : "the usage journal cannot write";
    return new Plan.Local(ready ? 200 : 503, answers.ready(ready, reason));
  }

  private static Plan get(RequestHead request, Supplier<Plan> plan) {
    return request.method().equals(HttpMethod.GET) || request.headOnly()
        ? plan.get()
        : refuse(ErrorCode.METHOD_NOT_ALLOWED, "method not allowed at this path (expected: GET)");
  }

  static Failure tooLarge(int max) {
    return Failure.of(
        ErrorCode.REQUEST_TOO_LARGE, "the body is too large (expected: at most " + max + " bytes)");
  }

  static Plan refuse(ErrorCode code, String message) {
    return new Plan.Refuse(Failure.of(code, message));
  }
}
