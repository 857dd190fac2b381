package org.archipel.ledger;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How fine sums are kept. Persons and keys make a busy site's sums almost as many as its requests;
 * most questions are about neither, and are answered from the coarser sums.
 */
enum Grain {
  /** By everything there is. */
  KEY("usage_dimensions", "usage_hourly", "usage_daily"),
  /** Without key and person. */
  PROJECT("usage_project_dimensions", "usage_project_hourly", "usage_project_daily");

  private final String dictionary;
  private final String hourly;
  private final String daily;

  Grain(String dictionary, String hourly, String daily) {
    this.dictionary = dictionary;
    this.hourly = hourly;
    this.daily = daily;
  }

  /** The coarsest sums that can tell these. */
  static Grain of(Collection<UsageDimension> asked) {
    return asked.stream().anyMatch(GrainDimensions.FINE::contains) ? KEY : PROJECT;
  }

  String dictionary() {
    return dictionary;
  }

  String hourly() {
    return hourly;
  }

  String daily() {
    return daily;
  }

  /** What its dictionary has, in the order of its columns. */
  List<UsageDimension> dimensions() {
    return this == KEY ? GrainDimensions.ALL : GrainDimensions.COARSE;
  }

  /** The dictionary's columns but for the id. */
  String columns() {
    return dimensions().stream().map(UsageDimension::column).collect(Collectors.joining(", "));
  }

  /** What the dictionaries have. */
  private static final class GrainDimensions {
    static final Set<UsageDimension> FINE = Set.of(UsageDimension.KEY, UsageDimension.PERSON);
    static final List<UsageDimension> ALL =
        Arrays.stream(UsageDimension.values()).filter(dimension -> !dimension.time()).toList();
    static final List<UsageDimension> COARSE =
        ALL.stream().filter(dimension -> !FINE.contains(dimension)).toList();
  }
}
