package org.archipel.relay;

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
  record Serve(Caller caller) implements Plan {}
}
