package org.archipel.storage;

import java.util.Optional;

/**
 * Which part of a list is wanted.
 *
 * @param after the {@link Page#next} of the page before; empty for the first page
 * @param limit how many items at most, 1 to {@value #MAX_LIMIT}
 */
public record PageRequest(Optional<String> after, int limit) {
  /** How many items a page has at most. */
  public static final int MAX_LIMIT = 1_000;

  /** How many items a page has when nothing is said. */
  public static final int DEFAULT_LIMIT = 100;

  /** The first page, of the usual size. */
  public static final PageRequest FIRST = new PageRequest(Optional.empty(), DEFAULT_LIMIT);

  /**
   * Checks the limit.
   *
   * @throws PageException when it is out of range
   */
  public PageRequest {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new PageException("limit: " + limit + " (expected: 1 to " + MAX_LIMIT + ")");
    }
  }

  /**
   * Where the page begins: after the row with these values.
   *
   * @param size how many values the list's order has
   * @throws PageException when the cursor is not one of such a list
   */
  public Optional<PageCursor> cursor(int size) {
    return after.map(text -> PageCursor.parse(text, size));
  }

  /** How many rows to read: one more than wanted, to know whether there is a next page. */
  public int rows() {
    return limit + 1;
  }
}
