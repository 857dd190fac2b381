package org.archipel.directory;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which models may be used: those of a list, by id, or by the beginning of their ids. Immutable;
 * asking takes one look-up and one comparison for each beginning, of which there are few.
 *
 * @param ids whole ids
 * @param beginnings what an id may begin with; the empty one permits every model
 */
public record AllowedModels(Set<String> ids, Set<String> beginnings) {
  /** Every model, also those that do not exist yet. */
  public static final AllowedModels ALL = new AllowedModels(Set.of(), Set.of(""));

  private static final int MOST = 100;
  private static final int LONGEST = 200;
  private static final String ANY = "*";

  /** Copies. */
  public AllowedModels {
    ids = Set.copyOf(ids);
    beginnings = Set.copyOf(beginnings);
  }

  /**
   * Of patterns: ids of models, beginnings with a star behind them, or one star for every model.
   *
   * @param patterns at least one, at most {@value #MOST}, of at most {@value #LONGEST} characters
   * @throws DirectoryException when one has not the form
   */
  public static AllowedModels of(Collection<String> patterns) {
    if (patterns.isEmpty() || patterns.size() > MOST) {
      throw Names.invalid(
          "models", patterns.size() + " of them", "1 to " + MOST + "; * for every model");
    }
    Set<String> ids = new LinkedHashSet<>();
    Set<String> beginnings = new LinkedHashSet<>();
    for (String pattern : patterns) {
      check(pattern);
      if (pattern.endsWith(ANY)) {
        beginnings.add(pattern.substring(0, pattern.length() - 1));
      } else {
        ids.add(pattern);
      }
    }
    return beginnings.contains("") ? ALL : new AllowedModels(ids, beginnings);
  }

  private static void check(String pattern) {
    boolean plain = pattern.codePoints().allMatch(c -> c > ' ' && Names.isPrintable(c));
    int star = pattern.indexOf('*');
    if (pattern.isEmpty()
        || pattern.length() > LONGEST
        || !plain
        || pattern.contains(",")
        || (star >= 0 && star != pattern.length() - 1)) {
      throw Names.invalid(
          "models",
          Names.shown(pattern),
          "ids of models without spaces or commas; * only at the end");
    }
  }

  /** Whether every model is permitted. */
  public boolean all() {
    return beginnings.contains("");
  }

  /**
   * Whether a model is permitted.
   *
   * @param model its id, after aliases were resolved
   */
  public boolean permits(String model) {
    if (ids.contains(model)) {
      return true;
    }
    for (String beginning : beginnings) {
      if (model.startsWith(beginning)) {
        return true;
      }
    }
    return false;
  }

  /** The patterns that {@link #of} understands, sorted. */
  public Set<String> patterns() {
    Set<String> patterns = new TreeSet<>(ids);
    beginnings.forEach(beginning -> patterns.add(beginning + ANY));
    return patterns;
  }
}
