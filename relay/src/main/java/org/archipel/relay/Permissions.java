package org.archipel.relay;

import io.netty.util.AsciiString;
import java.util.Optional;
import java.util.Set;
import org.archipel.directory.Grants;
import org.archipel.directory.Scope;

/**
 * What a caller's grants, and the labels that a request demands, say of its head. Thread-safe;
 * makes nothing unless it refuses or labels are demanded by a header.
 */
final class Permissions {
  private static final AsciiString REQUIRE = AsciiString.cached("x-archipel-require");
  private static final int SHOWN_LABELS = 200;

  private final Set<String> labels;

  /**
   * @param labels what this site promises
   */
  Permissions(Set<String> labels) {
    this.labels = labels;
  }

  /** Why the request is refused, if it is. */
  Optional<Failure> refusal(RequestHead request, Grants grants) {
    if (!grants.allows(Scope.INFERENCE)) {
      return Optional.of(
          Failure.of(
              ErrorCode.SCOPE_MISSING, "the API key is not for this (expected: scope inference)"));
    }
    for (String label : grants.requiredLabels()) {
      if (!labels.contains(label)) {
        return Optional.of(missing(label, "the API key"));
      }
    }
    String demanded = request.headers().get(REQUIRE);
    return demanded == null ? Optional.empty() : demanded(demanded);
  }

  private Optional<Failure> demanded(String list) {
    for (String part : list.split(",", -1)) {
      String label = part.trim();
      if (!label.isEmpty() && !labels.contains(label)) {
        return Optional.of(missing(label, REQUIRE.toString()));
      }
    }
    return Optional.empty();
  }

  private static Failure missing(String label, String who) {
    String shown = label.substring(0, Math.min(SHOWN_LABELS, label.length()));
    return Failure.of(
        ErrorCode.LABEL_NOT_AVAILABLE,
        who + " demands the label " + shown + ", not to be had here");
  }
}
