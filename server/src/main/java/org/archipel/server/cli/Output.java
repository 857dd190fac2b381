package org.archipel.server.cli;

import java.io.PrintWriter;

/**
 * Where a command writes.
 *
 * @param out what was asked for
 * @param err what went wrong, in one line
 */
record Output(PrintWriter out, PrintWriter err) {
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
