package org.archipel.server;

import java.util.Optional;

/** Which Archipel this is. */
public final class Version {
  private Version() {}

  /** The version of the jar; {@code development} when the classes are not in one. */
  public static String text() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
