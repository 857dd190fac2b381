package org.archipel.storage;

import java.util.List;
import java.util.Map;

/**
 * What was copied.
 *
 * @param rooms the version of each room's tables
 * @param tables every table, in the order in which they were copied
 */
public record TransferSummary(Map<String, Integer> rooms, List<TableSum> tables) {
  public TransferSummary {
    rooms = Map.copyOf(rooms);
    tables = List.copyOf(tables);
  }

  /** The rows of all tables. */
  public long rows() {
    return tables.stream().mapToLong(TableSum::rows).sum();
  }
}
