package org.archipel.federation.trust;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the trust marks of a consortium are called: URLs below its anchor. Thread-safe.
 *
 * @param anchor the anchor's entity id
 */
record MarkTypes(String anchor) {
  /** What may be in a label: as in {@code site.labels}. */
  private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  private static final Set<String> KINDS = Set.of("member", "contributor", "beneficiary");

  String member() {
    return anchor + "/tm/member";
  }

  String kind(String kind) {
    return anchor + "/tm/" + kind;
  }

  String label(String label) {
    return labels() + label;
  }

  private String labels() {
    return anchor + "/tm/label/";
  }

  /** The type of a word that people use: {@code contributor}, or {@code label:secnumcloud}. */
  Optional<String> ofWord(String word) {
    if (KINDS.contains(word)) {
      return Optional.of(kind(word));
    }
    if (word.startsWith("label:") && WORD.matcher(word.substring(6)).matches()) {
      return Optional.of(label(word.substring(6)));
    }
    return Optional.empty();
  }

  /** The labels among types. */
  Set<String> labelsOf(Set<String> types) {
    return types.stream()
        .filter(type -> type.startsWith(labels()))
        .map(type -> type.substring(labels().length()))
        .filter(label -> WORD.matcher(label).matches())
        .collect(Collectors.toUnmodifiableSet());
  }
}
