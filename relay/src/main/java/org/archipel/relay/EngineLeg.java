package org.archipel.relay;

import org.jspecify.annotations.Nullable;

/** The engine's half of an exchange: the connection that is being made or used. */
final class EngineLeg {
  private final UpstreamPool pool;
  private @Nullable UpstreamAttempt connecting;
  private @Nullable UpstreamConnection connection;
  private boolean freshTried;

  EngineLeg(UpstreamPool pool) {
    this.pool = pool;
  }

  /** Finds or opens a connection. */
  void open(EngineTarget target, UpstreamListener listener) {
    freshTried = false;
    connecting = pool.open(target, listener);
  }

  /** Whether a new connection was opened after one that had waited for work failed. */
  boolean freshTried() {
    return freshTried;
  }

  /** Opens a new connection, whatever waits for work. */
  void openFresh(EngineTarget target, UpstreamListener listener) {
    freshTried = true;
    connecting = pool.openNew(target, listener);
  }

  /** Owns the connection from now on, so that it is closed whatever goes wrong. */
  void take(UpstreamConnection ready) {
    connection = ready;
  }

  /** Stops or resumes reading the answer. */
  void reading(boolean on) {
    UpstreamConnection current = connection;
    if (current != null) {
      current.reading(on);
    }
  }

  /** The connection is no longer this exchange's. */
  void ended() {
    connection = null;
  }

  /** Closes whatever is open; the listener hears nothing more. */
  void abort() {
    UpstreamAttempt attempt = connecting;
    connecting = null;
    if (attempt != null) {
      attempt.cancel();
    }
    UpstreamConnection current = connection;
    connection = null;
    if (current != null) {
      current.abort();
    }
  }
}
