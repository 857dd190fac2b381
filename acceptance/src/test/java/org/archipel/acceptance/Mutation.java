package org.archipel.acceptance;

import java.util.Random;

/**
 * One way to spoil a request.
 *
 * @param name says what is spoilt
 * @param expectation what a server may make of it
 * @param bytes the bytes to send, made of a correct request without its content length
 */
record Mutation(String name, Expectation expectation, Maker bytes) {
  /** What may be answered. Whatever it is, the answer is correct HTTP, or the connection closes. */
  enum Expectation {
    /** The request is correct: an answer of 2xx, and nothing else. */
    SERVED,
    /** 2xx, 4xx or 503, or a closed connection; a lenient and a strict reader are both right. */
    ANY,
    /** Nobody may serve this: 4xx or 501 or 505, or a closed connection. */
    REFUSED
  }

  @FunctionalInterface
  interface Maker {
    byte[] make(RawRequest base, Random random);
  }

  static Mutation any(String name, Maker bytes) {
    return new Mutation(name, Expectation.ANY, bytes);
  }

  static Mutation refused(String name, Maker bytes) {
    return new Mutation(name, Expectation.REFUSED, bytes);
  }
}
