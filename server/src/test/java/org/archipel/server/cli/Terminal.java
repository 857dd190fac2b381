package org.archipel.server.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** Runs commands and keeps what they said. */
final class Terminal {
  private final Map<String, String> environment = new HashMap<>();
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  Terminal with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  int run(String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    Output output = new Output(new PrintWriter(out, true), new PrintWriter(err, true));
    return Archipel.run(new Shell(output, environment, Clock.systemUTC()), arguments);
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }
}
