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

  /** Read the body and have it answered beside the API. */
  record Aside(SideRoute route) implements Plan {}

  /** Read the body and find an engine. */
  record Serve(Caller caller, Optional<Visit> visit) implements Plan {}

  /** Work out, away from the event loop, what is to be done. */
  record Ask(Supplier<Plan> answer) implements Plan {}
}
