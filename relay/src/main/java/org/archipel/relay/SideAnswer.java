package org.archipel.relay;

/** Where a {@link SideRoute} answers: either a whole answer or a stream, once. Thread-safe. */
public interface SideAnswer {
  /**
   * Sends a whole answer. Does not block; a client that is gone is no error.
   *
   * @param status 200 to 599
   * @param contentType fit for a header line
   * @throws IllegalStateException when an answer was begun before
   */
  void respond(int status, String contentType, byte[] body);

  /**
   * Begins a stream with status 200, which ends when it is closed.
   *
   * @param contentType fit for a header line
   * @throws IllegalStateException when an answer was begun before
   */
  SideStream stream(String contentType);

  /** Whether nobody reads any more: the client is gone, or the site shuts down. */
  boolean closed();
}
