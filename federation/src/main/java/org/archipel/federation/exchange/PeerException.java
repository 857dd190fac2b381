package org.archipel.federation.exchange;

/** A partner could not be called, or answered with something else than was asked for. */
public final class PeerException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param status of the answer; 0 when there was none
   */
  PeerException(String message, int status) {
    super(message);
    this.status = status;
  }

  /** The answer's status; 0 when there was none. */
  public int status() {
    return status;
  }
}
