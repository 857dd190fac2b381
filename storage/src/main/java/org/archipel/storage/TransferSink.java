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
   * The first call.
   *
   * @param rooms the version of each room's tables
   */
  void begin(Map<String, Integer> rooms);

  void table(String name, List<String> columns);

  /**
   * A row of the table.
   *
   * @param values in the order of the columns: {@code Long}, {@code String} or null; not changed
   *     later
   */
  void row(@Nullable Object[] values);

  /**
   * The table is over.
   *
   * @param sum of the rows that were given
   */
  void end(TableSum sum);

  void finish(TransferSummary summary);
}
