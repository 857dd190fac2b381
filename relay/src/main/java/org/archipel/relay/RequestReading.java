package org.archipel.relay;

import org.archipel.engines.ModelSpec;

/** What a request says: what is asked of which model and how, or why it is refused. */
sealed interface RequestReading {
  /** The request is one for a model of this site. */
  record Understood(RequestEnvelope envelope, ModelSpec model, Asks asks)
      implements RequestReading {
    /** The same, scheduled as the site that sent it here asserts. */
    Understood visiting(Visit visit) {
      return new Understood(envelope, model, visit.asks(asks));
    }
  }

  /** The request cannot be served. */
  record Refused(Failure failure) implements RequestReading {}
}
