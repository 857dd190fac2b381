package org.archipel.server;

import org.archipel.server.cli.Archipel;

/** Where the program begins. */
public final class Main {
  private Main() {}

  /** Runs a command; the process ends with its status. */
  public static void main(String[] arguments) {
    System.exit(Archipel.run(arguments));
  }
}
