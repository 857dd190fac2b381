package org.archipel.storage;

import java.util.regex.Pattern;

/**
 * Who changes something, as the audit log names it.
 *
 * @param kind {@code token}, {@code person} or {@code system}
 * @param id which one: never a secret, 1 to 200 characters
 */
public record Actor(String kind, String id) {
  private static final Pattern KIND = Pattern.compile("[a-z]{1,16}");
  private static final int LONGEST_ID = 200;

  /**
   * Checks.
   *
   * @throws IllegalArgumentException when a part has not its form
   */
  public Actor {
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException("actor kind (expected: " + KIND.pattern() + ")");
    }
    if (id.isBlank() || id.length() > LONGEST_ID) {
      throw new IllegalArgumentException("actor id (expected: 1 to " + LONGEST_ID + " characters)");
    }
    id = AuditText.clean(id, LONGEST_ID);
  }

  /** Whoever holds the administrator's token. */
  public static Actor token() {
    return new Actor("token", "administrator");
  }

  /** A person who is signed in. */
  public static Actor person(String id) {
    return new Actor("person", id);
  }

  /** A part of the program that acts by itself, for example {@code start}. */
  public static Actor system(String part) {
    return new Actor("system", part);
  }

  /** As {@code kind:id}. */
  @Override
  public String toString() {
    return kind + ":" + id;
  }
}
