package org.archipel.ledger;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How fine sums are kept. Persons and keys make a busy site's sums almost as many as its requests;
 * most questions are about neither, and are answered from the coarser sums.
 */
enum Grain {
  /** By everything there is. */
  KEY("usage_dimensions", "usage_hourly", "usage_daily", Set.of()),
  /** Without key and person. */
  PROJECT(
      "usage_project_dimensions",
      "usage_project_hourly",
      "usage_project_daily",
      Set.of(UsageDimension.KEY, UsageDimension.PERSON));

  private final String dictionary;
  private final String hourly;
  private final String daily;
  private final List<UsageDimension> dimensions;

  Grain(String dictionary, String hourly, String daily, Set<UsageDimension> without) {
    this.dictionary = dictionary;
    this.hourly = hourly;
    this.daily = daily;
    this.dimensions =
        EnumSet.complementOf(EnumSet.of(UsageDimension.DAY, UsageDimension.HOUR)).stream()
            .filter(dimension -> !without.contains(dimension))
            .toList();
  }

  /** The coarsest sums that can tell these. */
  static Grain of(Collection<UsageDimension> asked) {
    return asked.contains(UsageDimension.KEY) || asked.contains(UsageDimension.PERSON)
        ? KEY
        : PROJECT;
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
    return dimensions;
  }

  /** The dictionary's columns but for the id. */
  String columns() {
    return dimensions.stream().map(UsageDimension::column).collect(Collectors.joining(", "));
  }
}
