package org.archipel.relay;

import java.util.Map;

/**
 * A whole request to a {@link SideRoute}. What is in it is the client's word: nobody has checked
 * who sent it.
 *
 * @param method in capitals
 * @param path without the query
 * @param query without its question mark, not decoded; printable ASCII, empty when there is none
 * @param headers names in lower case; of a name that comes twice the first
 * @param body at most {@link SideRoute#MAX_BODY} bytes; the request's own, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once and never compared.
public record SideRequest(
    String method, String path, String query, Map<String, String> headers, byte[] body) {

  /** Copies the headers. */
  public SideRequest {
    headers = Map.copyOf(headers);
  }
}
