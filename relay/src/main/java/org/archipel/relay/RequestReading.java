package org.archipel.relay;

import org.archipel.engines.ModelSpec;

/** What a request says: what is asked of which model and how, or why it is refused. */
sealed interface RequestReading {
  /** The request is one for a model of this site. */
  record Understood(RequestEnvelope envelope, ModelSpec model, Asks asks)
      implements RequestReading {}

  /** The request cannot be served. */
  record Refused(Failure failure) implements RequestReading {}
}
