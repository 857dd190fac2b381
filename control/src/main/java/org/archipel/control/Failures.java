package org.archipel.control;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.archipel.control.Problem.Kind;
import org.archipel.directory.DirectoryException;
import org.archipel.ledger.LedgerException;
import org.archipel.storage.PageException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place that turns a failure into a problem (RFC 9457) and a line in the log. */
final class Failures implements ServerErrorHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private final Json json;

  Failures(Json json) {
    this.json = json;
  }

  @Override
  public HttpResponse onServiceException(ServiceRequestContext context, Throwable failure) {
    return answer(failure, json, LOG);
  }

  @Override
  public AggregatedHttpResponse onProtocolViolation(
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return plain(status);
  }

  @Override
  public AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext context,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return plain(status);
  }

  private AggregatedHttpResponse plain(HttpStatus status) {
    Problem problem = Problem.of(Kind.of(status), status, status.reasonPhrase());
    return json.problem(problem).aggregate().join();
  }

  static HttpResponse answer(Throwable failure, Json json, Logger log) {
    return switch (failure) {
      case CompletionException e when e.getCause() != null -> answer(e.getCause(), json, log);
      case Refusal refusal -> json.problem(Problem.of(refusal.kind(), refusal.detail()));
      case DirectoryException e ->
          json.problem(Problem.of(kind(e.kind()), String.valueOf(e.getMessage())));
      case LedgerException e ->
          json.problem(Problem.of(kind(e.kind()), String.valueOf(e.getMessage())));
      case PageException e ->
          json.problem(Problem.of(Kind.INVALID_REQUEST, String.valueOf(e.getMessage())));
      case HttpStatusException e ->
          json.problem(
              Problem.of(Kind.of(e.httpStatus()), e.httpStatus(), e.httpStatus().reasonPhrase()));
      case ContentTooLargeException _ ->
          json.problem(Problem.of(Kind.TOO_LARGE, "the body is too large"));
      case RejectedExecutionException _ ->
          json.problem(Problem.of(Kind.UNAVAILABLE, "the site is stopping"));
      case RequestTimeoutException _ ->
          json.problem(Problem.of(Kind.UNAVAILABLE, "it took too long; try again"));
      default -> {
        log.error("a request of the control API failed", failure);
        yield json.problem(
            Problem.of(Kind.FAILED, "it failed here; the log of the server says why"));
      }
    };
  }

  private static Kind kind(LedgerException.Kind kind) {
    return switch (kind) {
      case INVALID -> Kind.INVALID_REQUEST;
      case NOT_FOUND -> Kind.NOT_FOUND;
      case EXISTS -> Kind.EXISTS;
      case CONFLICT_VERSION -> Kind.VERSION_MISMATCH;
    };
  }

  private static Kind kind(DirectoryException.Kind kind) {
    return switch (kind) {
      case INVALID -> Kind.INVALID_REQUEST;
      case EXISTS -> Kind.EXISTS;
      case NOT_FOUND -> Kind.NOT_FOUND;
      case CONFLICT_VERSION -> Kind.VERSION_MISMATCH;
    };
  }
}
