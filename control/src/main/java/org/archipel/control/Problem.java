package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.linecorp.armeria.common.HttpStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An error as RFC 9457 has it. */
record Problem(
    @JsonPropertyDescription("what kind of error it is; programs may rely on it") String type,
    @JsonPropertyDescription("the kind for people") String title,
    @JsonPropertyDescription("the status of the answer") int status,
    @JsonPropertyDescription("what is wrong here, and what would be right") String detail,
    @JsonPropertyDescription("the fields that it is about")
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<Field> errors) {

  /** One field and what is wrong with it. */
  record Field(
      @JsonPropertyDescription("its name in the body, path or query") String field,
      @JsonPropertyDescription("what is wrong with it") String detail) {}

  private static final String PREFIX = "urn:archipel:problem:";
  private static final Pattern OF_A_FIELD =
      Pattern.compile("([a-z][a-z0-9_]*(?:[.\\[][a-z0-9_.\\]]+)*): (.+)", Pattern.DOTALL);

  /** The kinds of errors, with stable names. */
  enum Kind {
    INVALID_REQUEST(HttpStatus.BAD_REQUEST, "The request is wrong"),
    UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "It is not known who is calling"),
    NOT_PERMITTED(HttpStatus.FORBIDDEN, "That is not permitted"),
    CSRF(HttpStatus.FORBIDDEN, "The request may not come from our page"),
    NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such thing"),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "There is no such method here"),
    EXISTS(HttpStatus.CONFLICT, "It exists already"),
    CONFLICT(HttpStatus.CONFLICT, "It does not fit the state of the thing"),
    REPEAT_RUNNING(HttpStatus.CONFLICT, "The first request with this key is still running"),
    REPEAT_UNKNOWN(HttpStatus.CONFLICT, "What the first request with this key did is unknown"),
    VERSION_MISMATCH(HttpStatus.PRECONDITION_FAILED, "Somebody else has changed it"),
    TOO_LARGE(HttpStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large"),
    REPEAT_MISMATCH(HttpStatus.UNPROCESSABLE_ENTITY, "The key was used for another request"),
    VERSION_REQUIRED(HttpStatus.PRECONDITION_REQUIRED, "The version is missing"),
    TOO_MANY(HttpStatus.TOO_MANY_REQUESTS, "Too many requests"),
    FAILED(HttpStatus.INTERNAL_SERVER_ERROR, "It failed here"),
    UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "It cannot be done now");

    private final HttpStatus status;
    private final String title;

    Kind(HttpStatus status, String title) {
      this.status = status;
      this.title = title;
    }

    HttpStatus status() {
      return status;
    }

    /** The kind of a status that was not ours to choose. */
    static Kind of(HttpStatus status) {
      return Arrays.stream(values())
          .filter(kind -> kind.status.equals(status))
          .findFirst()
          .orElse(status.isServerError() ? FAILED : INVALID_REQUEST);
    }

    String type() {
      return PREFIX + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static Problem of(Kind kind, String detail) {
    return of(kind, kind.status, detail);
  }

  /** Messages about a field begin with its name, in every room: it is told apart here. */
  static Problem of(Kind kind, HttpStatus status, String detail) {
    Matcher field = OF_A_FIELD.matcher(detail);
    List<Field> errors =
        status.isClientError() && field.matches()
            ? List.of(new Field(field.group(1), field.group(2)))
            : List.of();
    return new Problem(kind.type(), kind.title, status.code(), detail, errors);
  }
}
