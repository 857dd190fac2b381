package org.archipel.relay;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Optional;
import java.util.UUID;

/**
 * What the relay takes from a request's head.
 *
 * @param method the method
 * @param path the path without the query
 * @param query the query with its question mark, or nothing
 * @param headers the client's headers
 * @param recordId the id of this request's usage record
 * @param requestId the client's {@code x-request-id} if it is a decent one, else the record's id
 * @param keepAlive whether the connection goes on after the answer
 * @param chunkedAllowed whether the client understands chunked answers (HTTP/1.1)
 * @param fromBrowser whether a browser asks for another origin
 */
record RequestHead(
    HttpMethod method,
    String path,
    String query,
    HttpHeaders headers,
    UUID recordId,
    String requestId,
    boolean keepAlive,
    boolean chunkedAllowed,
    boolean fromBrowser) {
  private static final int MAX_REQUEST_ID = 128;

  static RequestHead of(HttpRequest request, UUID recordId) {
    String target = request.uri();
    int question = target.indexOf('?');
    HttpHeaders headers = request.headers();
    boolean http11 = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
    return new RequestHead(
        request.method(),
        question < 0 ? target : target.substring(0, question),
        question < 0 ? "" : target.substring(question),
        headers,
        recordId,
        requestId(headers).orElseGet(recordId::toString),
        // HTTP/1.0 answers end with their connection: one framing less to get wrong.
        http11 && HttpUtil.isKeepAlive(request),
        http11,
        headers.contains(HttpHeaderNames.ORIGIN));
  }

  /** Stands for a request of which not even the head could be read. */
  static RequestHead unreadable(UUID recordId) {
    return new RequestHead(
        HttpMethod.GET,
        "/",
        "",
        EmptyHttpHeaders.INSTANCE,
        recordId,
        recordId.toString(),
        false,
        true,
        false);
  }

  /** The same request on a connection that will not be used again. */
  RequestHead closing() {
    return new RequestHead(
        method, path, query, headers, recordId, requestId, false, chunkedAllowed, fromBrowser);
  }

  /** The API key that came with the request; empty when none did. */
  String apiKey() {
    String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
    if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return authorization.substring(7).trim();
    }
    return headers.get("x-api-key", "").trim();
  }

  /** The announced length of the body, or -1 when it comes in chunks. */
  long contentLength() {
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (length == null) {
      return headers.contains(HttpHeaderNames.TRANSFER_ENCODING) ? -1 : 0;
    }
    // The decoder has refused everything but digits.
    return Long.parseLong(length.trim());
  }

  boolean expectsContinue() {
    return chunkedAllowed
        && headers.containsValue(HttpHeaderNames.EXPECT, HttpHeaderValues.CONTINUE, true);
  }

  /** Whether an answer has to end with its head. */
  boolean headOnly() {
    return method.equals(HttpMethod.HEAD);
  }

  /** Whether the query has nothing in it that a server could take for the end of its line. */
  boolean plainQuery() {
    for (int i = 0; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  boolean multipart() {
    return headers
        .get(HttpHeaderNames.CONTENT_TYPE, "")
        .regionMatches(true, 0, "multipart/form-data", 0, 19);
  }

  private static Optional<String> requestId(HttpHeaders headers) {
    String id = headers.get("x-request-id");
    if (id == null || id.isEmpty() || id.length() > MAX_REQUEST_ID) {
      return Optional.empty();
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean decent =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == ':'
              || c == '-';
      if (!decent) {
        return Optional.empty();
      }
    }
    return Optional.of(id);
  }
}
