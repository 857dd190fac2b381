package org.archipel.relay;

import org.archipel.directory.KeyCheck.Rejected;

/** What callers are told who are not known here, or who may not come in. */
final class Rejections {
  private static final String EXPECTED = " (expected: Authorization: Bearer ark-…)";

  private Rejections() {}

  static Plan plan(RequestHead request, Rejected why) {
    return switch (why) {
      case UNKNOWN ->
          unknown(
              request.apiKey().isEmpty()
                  ? "no API key came with the request" + EXPECTED
                  : "the API key is not known here");
      case REVOKED -> unknown("the API key was revoked");
      case EXPIRED -> unknown("the API key has expired");
      case ARCHIVED -> unknown("the project of the API key or token is archived");
      case SUSPENDED ->
          refuse(
              ErrorCode.ORGANIZATION_SUSPENDED,
              "the organization of the API key or token is suspended; its administrator knows why");
      case TOKEN -> unknown("the access token is not good here");
      case TOKEN_EXPIRED -> unknown("the access token has expired, or is not good yet");
      case TOKEN_AUDIENCE -> unknown("the access token was made for another service (see aud)");
      case TOKEN_WITHOUT_PLACE ->
          refuse(
              ErrorCode.PROJECT_REQUIRED,
              "the access token is good, but gives no project here: ask the administrator of your"
                  + " organization");
      case PERSON_SUSPENDED ->
          refuse(ErrorCode.PERSON_SUSPENDED, "you are suspended here; the operators know why");
      case USER_TOKEN -> unknown("x-openwebui-user-jwt: not good for this key, or expired");
      case USER_TOKEN_MISSING ->
          unknown("x-openwebui-user-jwt: missing (expected: a token that names who asks)");
      case UNAVAILABLE -> new Plan.Refuse(unavailable());
    };
  }

  /** It cannot be found out who is calling. */
  static Failure unavailable() {
    return Failure.retryLater(
        ErrorCode.TOKEN_CHECK_UNAVAILABLE, "the access token cannot be checked for now", 0);
  }

  private static Plan unknown(String message) {
    return refuse(ErrorCode.INVALID_API_KEY, message);
  }

  private static Plan refuse(ErrorCode code, String message) {
    return new Plan.Refuse(Failure.of(code, message));
  }
}
