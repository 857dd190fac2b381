package org.archipel.directory;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Words for the values of enums, and lists of words in one column. */
final class Words {
  private Words() {}

  /** The value of a word that somebody said for a field. */
  static <E> E parsed(String field, String text, E[] values, Function<E, String> word) {
    return Arrays.stream(values)
        .filter(value -> word.apply(value).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                Names.invalid(
                    field,
                    Names.shown(text),
                    "one of " + Arrays.stream(values).map(word).collect(Collectors.joining(", "))));
  }

  static String joined(Set<String> words) {
    return words.stream().sorted().collect(Collectors.joining(" "));
  }

  static Set<String> split(String joined) {
    return joined.isEmpty() ? Set.of() : new LinkedHashSet<>(Arrays.asList(joined.split(" ")));
  }
}
