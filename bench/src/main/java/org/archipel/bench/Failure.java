package org.archipel.bench;

/** Why a request of a load does not count as answered. */
enum Failure {
  /** The connection could not be opened. */
  CONNECT,
  /** A status other than 2xx. */
  STATUS,
  /** The connection ended before the response did. */
  CUT,
  /** A body or a stream of another length than expected. */
  LENGTH,
  /** A stream that ended without {@code [DONE]}. */
  NO_DONE,
  /** A stream that carried an error event. */
  ERROR_EVENT,
  /** No byte for as long as the load allows. */
  TIMEOUT,
  /** Not HTTP/1.1. */
  MALFORMED
}
