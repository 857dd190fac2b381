package org.archipel.relay;

import java.util.Optional;
import java.util.function.Supplier;
import org.archipel.directory.Caller;

/** What is to be done with a request, decided when its head is there. */
sealed interface Plan {
  /** Tell the client no. */
  record Refuse(Failure failure) implements Plan {}

  /** Answer from here. */
  record Local(int status, byte[] body) implements Plan {}

  /** Tell a browser that it may ask. */
  record Preflight() implements Plan {}

  /**
   * Find out first, away from the event loop.
   *
   * @param plan blocks; makes a plan that is not another of these
   */
  record FindOut(Supplier<Plan> plan) implements Plan {}

  /** Read the body and have it answered beside the API. */
  record Aside(SideRoute route) implements Plan {}

  /** Read the body and find an engine. */
  record Serve(Caller caller, Optional<Visit> visit) implements Plan {}
}
