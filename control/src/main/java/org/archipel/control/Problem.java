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
    INVALID_REQUEST(400, "The request is wrong"),
    UNAUTHENTICATED(401, "It is not known who is calling"),
    NOT_PERMITTED(403, "That is not permitted"),
    CSRF(403, "The request may not come from our page"),
    NOT_FOUND(404, "There is no such thing"),
    METHOD_NOT_ALLOWED(405, "There is no such method here"),
    EXISTS(409, "It exists already"),
    CONFLICT(409, "It does not fit the state of the thing"),
    REPEAT_RUNNING(409, "The first request with this key is still running"),
    REPEAT_UNKNOWN(409, "What the first request with this key did is unknown"),
    VERSION_MISMATCH(412, "Somebody else has changed it"),
    TOO_LARGE(413, "The request is too large"),
    REPEAT_MISMATCH(422, "The key was used for another request"),
    VERSION_REQUIRED(428, "The version is missing"),
    TOO_MANY(429, "Too many requests"),
    FAILED(500, "It failed here"),
    UNAVAILABLE(503, "It cannot be done now");

    private final int code;
    private final String title;

    Kind(int code, String title) {
      this.code = code;
      this.title = title;
    }

    HttpStatus status() {
      return HttpStatus.valueOf(code);
    }

    /** The kind of a status that was not ours to choose. */
    static Kind of(HttpStatus status) {
      return Arrays.stream(values())
          .filter(kind -> kind.code == status.code())
          .findFirst()
          .orElse(status.isServerError() ? FAILED : INVALID_REQUEST);
    }

    String type() {
      return PREFIX + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static Problem of(Kind kind, String detail) {
    return of(kind, kind.status(), detail);
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
