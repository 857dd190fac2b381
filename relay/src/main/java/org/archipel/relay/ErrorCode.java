package org.archipel.relay;

/**
 * The catalogue of errors that the relay answers: what each is called, with which status it is sent
 * and who is to blame. Nothing else in the relay decides any of this.
 */
enum ErrorCode {
  INVALID_JSON(400, "invalid_json", "invalid_request_error", Blame.CALLER),
  INVALID_REQUEST(400, "invalid_request", "invalid_request_error", Blame.CALLER),
  MODEL_REQUIRED(400, "model_required", "invalid_request_error", Blame.CALLER),
  INVALID_API_KEY(401, "invalid_api_key", "authentication_error", Blame.CALLER),
  ASSERTION_REFUSED(401, "assertion_refused", "authentication_error", Blame.CALLER),
  MODEL_NOT_ALLOWED(403, "model_not_allowed", "permission_error", Blame.CALLER),
  LABEL_NOT_AVAILABLE(403, "label_not_available", "permission_error", Blame.CALLER),
  ORGANIZATION_SUSPENDED(403, "organization_suspended", "permission_error", Blame.CALLER),
  PERSON_SUSPENDED(403, "person_suspended", "permission_error", Blame.CALLER),
  PROJECT_REQUIRED(403, "project_required", "permission_error", Blame.CALLER),
  SCOPE_MISSING(403, "scope_missing", "permission_error", Blame.CALLER),
  VISIT_NOT_ALLOWED(403, "visit_not_allowed", "permission_error", Blame.CALLER),
  MODEL_NOT_FOUND(404, "model_not_found", "not_found_error", Blame.CALLER),
  NOT_FOUND(404, "not_found", "not_found_error", Blame.CALLER),
  METHOD_NOT_ALLOWED(405, "method_not_allowed", "invalid_request_error", Blame.CALLER),
  REQUEST_TIMEOUT(408, "request_timeout", "invalid_request_error", Blame.CALLER),
  REQUEST_TOO_LARGE(413, "request_too_large", "request_too_large", Blame.CALLER),
  RATE_LIMIT_EXCEEDED(429, "rate_limit_exceeded", "rate_limit_error", Blame.CALLER),
  QUOTA_EXHAUSTED(429, "quota_exhausted", "rate_limit_error", Blame.CALLER),
  QUEUE_FULL(429, "queue_full", "rate_limit_error", Blame.CAPACITY),
  PREDICTED_WAIT_TOO_LONG(429, "predicted_wait_too_long", "rate_limit_error", Blame.CAPACITY),
  NO_CREDIT(429, "no-credit", "rate_limit_error", Blame.CAPACITY),
  ENGINE_FAILED(502, "engine_failed", "api_error", Blame.ENGINE),
  NO_ENGINE_AVAILABLE(503, "no_engine_available", "overloaded_error", Blame.CAPACITY),
  QUEUE_TIMEOUT(503, "queue_timeout", "overloaded_error", Blame.CAPACITY),
  SHUTTING_DOWN(503, "shutting_down", "overloaded_error", Blame.CAPACITY),
  OUT_OF_MEMORY(503, "request_memory_exhausted", "overloaded_error", Blame.CAPACITY),
  TOKEN_CHECK_UNAVAILABLE(503, "token_check_unavailable", "api_error", Blame.US),
  LEDGER_UNAVAILABLE(503, "ledger_unavailable", "api_error", Blame.US),
  ENGINE_TIMEOUT(504, "engine_timeout", "api_error", Blame.ENGINE),
  /** A defect of the relay. */
  INTERNAL(500, "internal_error", "api_error", Blame.US);

  /** Who has to change something so that the error goes away. */
  enum Blame {
    CALLER,
    ENGINE,
    CAPACITY,
    US
  }

  private final int status;
  private final String code;
  private final String anthropicType;
  private final Blame blame;

  ErrorCode(int status, String code, String anthropicType, Blame blame) {
    this.status = status;
    this.code = code;
    this.anthropicType = anthropicType;
    this.blame = blame;
  }

  int status() {
    return status;
  }

  /** The {@code code} of the OpenAI error object. */
  String code() {
    return code;
  }

  /** The {@code type} of the OpenAI error object. */
  String openAiType() {
    return switch (this) {
      case RATE_LIMIT_EXCEEDED, QUEUE_FULL, PREDICTED_WAIT_TOO_LONG, NO_CREDIT ->
          "rate_limit_exceeded";
      case QUOTA_EXHAUSTED -> "insufficient_quota";
      default -> blame == Blame.CALLER ? "invalid_request_error" : "server_error";
    };
  }

  /** The {@code error.type} of Anthropic's error object. */
  String anthropicType() {
    return anthropicType;
  }

  /** Whether the same request again is of no use, whatever a client makes of the status. */
  boolean useless() {
    return this == QUOTA_EXHAUSTED;
  }

  Blame blame() {
    return blame;
  }
}
