package org.archipel.server.config;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code ${NAME}} and {@code ${NAME:default}} from the environment; a doubled dollar sign
 * stands for itself. What a variable holds is taken as it is: it is not looked into again.
 */
final class Placeholders {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\$\\$\\{|\\$\\{([A-Za-z_][A-Za-z0-9_]*)(:([^}]*))?}|\\$\\{");

  private final Map<String, String> environment;

  Placeholders(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** The text with its variables read, or what is wrong with it. */
  sealed interface Expansion {}

  /**
   * @param text the value
   * @param fromEnvironment whether something of it was read from the environment, so that it must
   *     not be shown
   */
  record Expanded(String text, boolean fromEnvironment) implements Expansion {}

  /** The value cannot be made. */
  record Unusable(String message) implements Expansion {}

  Expansion expand(String text) {
    if (!text.contains("${")) {
      return new Expanded(text, false);
    }
    StringBuilder result = new StringBuilder();
    boolean fromEnvironment = false;
    Matcher matcher = PLACEHOLDER.matcher(text);
    while (matcher.find()) {
      if (matcher.group().equals("$${")) {
        matcher.appendReplacement(result, Matcher.quoteReplacement("${"));
        continue;
      }
      String name = matcher.group(1);
      if (name == null) {
        return new Unusable("\"${\" without a name (expected: ${NAME}, ${NAME:default} or $${)");
      }
      Optional<String> value = Optional.ofNullable(environment.get(name));
      Optional<String> fallback = Optional.ofNullable(matcher.group(3));
      if (value.isEmpty() && fallback.isEmpty()) {
        return new Unusable(
            "${%s} is not set (expected: an environment variable %s, or ${%s:default})"
                .formatted(name, name, name));
      }
      fromEnvironment |= value.isPresent();
      matcher.appendReplacement(
          result, Matcher.quoteReplacement(value.or(() -> fallback).orElseThrow()));
    }
    matcher.appendTail(result);
    return new Expanded(result.toString(), fromEnvironment);
  }
}
