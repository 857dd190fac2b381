package org.archipel.engines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;

/**
 * What an engine answered to one request of a probe.
 *
 * @param status the HTTP status
 * @param body its text, at most the first {@link EngineHttp#BODY_LIMIT} bytes
 * @param truncated whether there was more
 */
record Answer(int status, String body, boolean truncated) {
  private static final ObjectMapper JSON = new ObjectMapper();

  boolean ok() {
    return status == 200;
  }

  /**
   * The body as JSON; a missing node when it is none, not whole or not 200. Nesting and number
   * lengths are bounded by Jackson's own limits.
   */
  JsonNode json() {
    if (!ok() || truncated) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** Whether a line of a Prometheus page begins with one of the prefixes. */
  boolean hasSeries(String... prefixes) {
    if (!ok()) {
      return false;
    }
    for (String prefix : prefixes) {
      if (body.startsWith(prefix) || body.contains("\n" + prefix)) {
        return true;
      }
    }
    return false;
  }
}
