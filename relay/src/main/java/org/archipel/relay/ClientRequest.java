package org.archipel.relay;

/**
 * A whole request as its client sent it.
 *
 * @param head its head
 * @param route what it asks for
 * @param body its body, released by the exchange that serves it
 */
record ClientRequest(RequestHead head, Route route, RequestBody body) {}
