package org.archipel.relay;

import io.netty.util.AsciiString;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.archipel.directory.Grants;
import org.archipel.directory.Scope;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;
import org.archipel.scheduling.Reach;

/**
 * What a caller's grants, and the labels that a request demands, say of its head. Thread-safe;
 * makes nothing unless it refuses or labels are demanded by a header.
 */
final class Permissions {
  private static final AsciiString REQUIRE = AsciiString.cached("x-archipel-require");
  private static final int SHOWN_LABELS = 200;

  private final Set<String> labels;
  private final ModelCatalog models;

  /**
   * @param labels what this site promises
   * @param models whose engines may promise more
   */
  Permissions(Set<String> labels, ModelCatalog models) {
    this.labels = labels;
    this.models = models;
  }

  /** Whether the site, or any engine of it, has the label. */
  private boolean known(String label) {
    return labels.contains(label)
        || models.models().stream()
            .flatMap(model -> model.engines().stream())
            .anyMatch(engine -> engine.labels().contains(label));
  }

  /** Why the request is refused, if it is. */
  Optional<Failure> refusal(RequestHead request, Grants grants) {
    if (!grants.allows(Scope.INFERENCE)) {
      return Optional.of(
          Failure.of(
              ErrorCode.SCOPE_MISSING, "the API key is not for this (expected: scope inference)"));
    }
    for (String label : grants.requiredLabels()) {
      if (!known(label)) {
        return Optional.of(missing(label, "the API key"));
      }
    }
    String demanded = request.headers().get(REQUIRE);
    return demanded == null ? Optional.empty() : demanded(demanded);
  }

  private Optional<Failure> demanded(String list) {
    for (String part : list.split(",", -1)) {
      String label = part.trim();
      if (!label.isEmpty() && !known(label)) {
        return Optional.of(missing(label, REQUIRE.toString()));
      }
    }
    return Optional.empty();
  }

  /** Why a request for a model is refused, if no engine of it has all that is demanded. */
  Optional<Failure> refusal(ModelSpec model, Reach reach) {
    if (labels.containsAll(reach.labels())) {
      return Optional.empty();
    }
    Set<String> wanted = new HashSet<>(reach.labels());
    wanted.removeAll(labels);
    return model.engines().stream().anyMatch(engine -> engine.labels().containsAll(wanted))
        ? Optional.empty()
        : Optional.of(
            Failure.of(
                ErrorCode.LABEL_NOT_AVAILABLE,
                "no engine of " + model.id() + " here has all labels that are demanded"));
  }

  /** How far a request may go that was not refused: to engines and sites that have the labels. */
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
        .filter(label -> !known(label))
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
