package org.archipel.relay;

import io.netty.util.AsciiString;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.archipel.directory.Grants;
import org.archipel.directory.Scope;
import org.archipel.scheduling.Reach;

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

  /** How far a request may go that was not refused: to sites that have the same labels. */
  static Reach reach(RequestHead request, Grants grants) {
    String demanded = request.headers().get(REQUIRE);
    if (demanded == null && grants.requiredLabels().isEmpty()) {
      return Reach.HOME;
    }
    Set<String> all = new HashSet<>(grants.requiredLabels());
    for (String part : (demanded == null ? "" : demanded).split(",", -1)) {
      if (!part.isBlank()) {
        all.add(part.trim());
      }
    }
    return new Reach(false, all, Set.of());
  }

  /** Why a request of another site is refused, if it is. */
  Optional<Failure> refusal(Visit visit) {
    return visit.labels().stream()
        .filter(label -> !labels.contains(label))
        .findFirst()
        .map(label -> missing(label, "the assertion"));
  }

  private static Failure missing(String label, String who) {
    String shown = label.substring(0, Math.min(SHOWN_LABELS, label.length()));
    return Failure.of(
        ErrorCode.LABEL_NOT_AVAILABLE,
        who + " demands the label " + shown + ", not to be had here");
  }
}
