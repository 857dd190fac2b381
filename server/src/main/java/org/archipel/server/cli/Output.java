package org.archipel.server.cli;

import java.io.PrintWriter;

/**
 * Where a command writes.
 *
 * @param out what was asked for
 * @param err what went wrong, in one line
 * @param terminal whether a person looks at what is written, on a screen that can be drawn on
 */
record Output(PrintWriter out, PrintWriter err, boolean terminal) {
  /** Where no screen is. */
  Output(PrintWriter out, PrintWriter err) {
    this(out, err, false);
  }

  void line(String text) {
    out.println(text);
    out.flush();
  }

  void table(Table table, String whenEmpty) {
    if (table.isEmpty()) {
      line(whenEmpty);
    } else {
      table.lines("").forEach(this::line);
    }
  }
}
