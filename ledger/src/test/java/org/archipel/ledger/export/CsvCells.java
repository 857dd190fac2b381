package org.archipel.ledger.export;

import java.util.ArrayList;
import java.util.List;

/** Reads a line of CSV as RFC 4180 has it, as a program that is not ours would. */
public final class CsvCells {
  private CsvCells() {}

  /** The texts of its cells. */
  public static List<String> of(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        cell.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else if ((c != '\r' && c != '\n') || quoted) {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }
}
