package org.archipel.ledger.export;

import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values as RFC 4180 has them. */
public final class Csv {
  /** What spreadsheets take for the beginning of a formula. */
  private static final String FORMULA = "=+-@\t\r";

  private Csv() {}

  /**
   * A cell with text that somebody else chose: what a spreadsheet would run gets an apostrophe
   * before it.
   */
  public static String cell(String text) {
    boolean runs = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0;
    return quoted(runs ? "'" + text : text);
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == '"' || c == ',' || c == '\r' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /** A line of cells that are ready. */
  static String line(List<String> cells) {
    return cells.stream().collect(Collectors.joining(",", "", "\r\n"));
  }
}
