package org.archipel.federation.http;

/** Where a route answers: a whole answer or a stream, once. Thread-safe. */
public interface PublicAnswer {
  /** Sends a whole answer. Does not block. */
  void respond(int status, String contentType, byte[] body);

  /** Begins a stream with status 200. */
  PublicStream stream(String contentType);

  /** Whether nobody reads any more: the client is gone, or this site shuts down. */
  boolean closed();
}
