package org.archipel.server.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Text in columns, aligned, for people. Control characters of others' text never reach them. */
final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final boolean[] right;

  /** A table with these headings; one that begins with {@code >} is aligned to the right. */
  Table(String... headings) {
    right = new boolean[headings.length];
    List<String> first = new ArrayList<>();
    for (int i = 0; i < headings.length; i++) {
      right[i] = headings[i].startsWith(">");
      first.add(right[i] ? headings[i].substring(1) : headings[i]);
    }
    rows.add(first);
  }

  void add(String... cells) {
    if (cells.length != right.length) {
      throw new IllegalArgumentException(
          "cells: " + cells.length + " (expected: " + right.length + ")");
    }
    rows.add(Arrays.stream(cells).map(Table::printable).toList());
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  /** The lines, each indented, none with spaces at its end. */
  List<String> lines(String indent) {
    int[] widths = new int[right.length];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - width(row.get(i)));
        line.append(right[i] ? padding + row.get(i) : row.get(i) + padding).append(GAP);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
