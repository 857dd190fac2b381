package org.archipel.simulator;

/** A request that the engine refuses; becomes an error object with that status. */
final class ApiError extends RuntimeException {
  final int status;
  final String type;

  private ApiError(int status, String type, String message) {
    // No stack trace: it is an answer, and hostile input must not be expensive.
    super(message, null, false, false);
    this.status = status;
    this.type = type;
  }

  static ApiError badRequest(String message) {
    return new ApiError(400, "BadRequestError", message);
  }

  static ApiError of(int status, String type, String message) {
    return new ApiError(status, type, message);
  }

  static ApiError modelNotFound(String model) {
    return new ApiError(404, "NotFoundError", "The model `" + model + "` does not exist.");
  }

  String text() {
    String message = getMessage();
    return message == null ? type : message;
  }
}
