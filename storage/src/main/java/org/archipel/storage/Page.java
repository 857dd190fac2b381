package org.archipel.storage;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param items in the list's order
 * @param next what to ask for to get the following part; empty when this is the last
 */
public record Page<T>(List<T> items, Optional<String> next) {
  /** Copies. */
  public Page {
    items = List.copyOf(items);
  }

  /**
   * The page of rows that were read for it.
   *
   * @param rows up to {@link PageRequest#rows} of them
   * @param position a row's values in the list's order
   */
  public static <T> Page<T> of(
      List<T> rows, PageRequest request, Function<T, PageCursor> position) {
    if (rows.size() <= request.limit()) {
      return new Page<>(rows, Optional.empty());
    }
    List<T> items = rows.subList(0, request.limit());
    return new Page<>(items, Optional.of(position.apply(items.getLast()).text()));
  }

  /** The same page of other things. */
  public <R> Page<R> map(Function<? super T, ? extends R> change) {
    return new Page<>(items.stream().<R>map(change).toList(), next);
  }
}
