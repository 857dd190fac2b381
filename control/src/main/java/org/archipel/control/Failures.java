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
import org.archipel.control.catalog.CatalogException;
import org.archipel.control.oidc.SignInException;
import org.archipel.directory.DirectoryException;
import org.archipel.directory.access.AccessException;
import org.archipel.ledger.LedgerException;
import org.archipel.storage.PageException;
import org.archipel.storage.StorageException;
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
      case AccessException e ->
          json.problem(Problem.of(kind(e.kind()), String.valueOf(e.getMessage())));
      case SignInException e ->
          json.problem(
              Problem.of(
                  e.kind() == SignInException.Kind.REFUSED
                      ? Kind.UNAUTHENTICATED
                      : Kind.UNAVAILABLE,
                  String.valueOf(e.getMessage())));
      case CatalogException e ->
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
      case StorageException e
          when e.kind() == StorageException.Kind.AWAY || e.kind() == StorageException.Kind.BUSY -> {
        log.warn("a request of the control API was refused: {}", e.getMessage());
        yield json.problem(
            Problem.of(
                Kind.UNAVAILABLE,
                "the database cannot be used now; try again (archipel doctor looks at it)"));
      }
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
      case CONFLICT -> Kind.CONFLICT;
    };
  }

  private static Kind kind(DirectoryException.Kind kind) {
    return switch (kind) {
      case INVALID -> Kind.INVALID_REQUEST;
      case EXISTS -> Kind.EXISTS;
      case NOT_FOUND -> Kind.NOT_FOUND;
      case CONFLICT -> Kind.CONFLICT;
      case CONFLICT_VERSION -> Kind.VERSION_MISMATCH;
      case NOT_PERMITTED -> Kind.NOT_PERMITTED;
    };
  }

  private static Kind kind(AccessException.Kind kind) {
    return switch (kind) {
      case INVALID -> Kind.INVALID_REQUEST;
      case EXISTS -> Kind.EXISTS;
      case NOT_FOUND -> Kind.NOT_FOUND;
      case SUSPENDED -> Kind.NOT_PERMITTED;
      case CONFLICT_VERSION -> Kind.VERSION_MISMATCH;
    };
  }

  private static Kind kind(CatalogException.Kind kind) {
    return switch (kind) {
      case INVALID -> Kind.INVALID_REQUEST;
      case CLASH -> Kind.EXISTS;
      case NOT_FOUND -> Kind.NOT_FOUND;
      case READ_ONLY -> Kind.CONFLICT;
      case CONFLICT_VERSION -> Kind.VERSION_MISMATCH;
      case UNFIT -> Kind.UNFIT;
    };
  }
}
