package org.archipel.storage;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a copy goes. Called in this order, by one thread: {@link #begin}; then for each table,
 * those that others refer to first, {@link #table}, {@link #row} and {@link #end}; then {@link
 * #finish}.
 */
interface TransferSink {
  /**
   * Makes ready for tables.
   *
   * @param rooms the version of each room's tables
   */
  void begin(Map<String, Integer> rooms);

  /** Says which table the next rows are of. */
  void table(String name, List<String> columns);

  /**
   * Takes a row.
   *
   * @param values in the order of the columns: {@code Long}, {@code String} or null; not changed
   *     later
   */
  void row(@Nullable Object[] values);

  /**
   * Ends a table.
   *
   * @param sum of the rows that were given
   */
  void end(TableSum sum);

  /** Ends the copy: everything is there. */
  void finish(TransferSummary summary);
}
