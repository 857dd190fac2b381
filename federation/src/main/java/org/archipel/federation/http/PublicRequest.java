package org.archipel.federation.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A whole request from outside, whose sender nobody has checked.
 *
 * @param method in capitals
 * @param path without the query
 * @param query without its question mark, not decoded; empty when there is none
 * @param headers names in lower case
 * @param body at most 256 KiB; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once and never compared.
public record PublicRequest(
    String method, String path, String query, Map<String, String> headers, byte[] body) {
  private static final int MAX_PARAMETERS = 16;

  /** Copies the headers. */
  public PublicRequest {
    headers = Map.copyOf(headers);
  }

  /** A parameter of the query, decoded; empty when it is missing or cannot be decoded. */
  public Optional<String> parameter(String name) {
    @Nullable String found = parameters().get(name);
    return Optional.ofNullable(found);
  }

  private Map<String, String> parameters() {
    Map<String, String> all = new HashMap<>();
    for (String pair : List.of(query.split("&", MAX_PARAMETERS))) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        decoded(pair.substring(equals + 1))
            .ifPresent(value -> all.putIfAbsent(pair.substring(0, equals), value));
      }
    }
    return all;
  }

  private static Optional<String> decoded(String text) {
    try {
      return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
