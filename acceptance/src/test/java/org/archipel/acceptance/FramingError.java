package org.archipel.acceptance;

import java.io.IOException;

/** An answer that is no correct HTTP/1.1; the message says what was read and what was expected. */
final class FramingError extends IOException {
  FramingError(String message) {
    super(message);
  }
}
