package org.archipel.server.cli;

import java.util.Map;
import org.archipel.server.config.StorageConfig;

/** A database's URL as it is given to a command. */
final class StorageUrl {
  private StorageUrl() {}

  /** Reads the environment into it, so that no password has to stand among the arguments. */
  static String of(String option, String text, Map<String, String> environment) {
    return StorageConfig.url(text, environment)
        .orElseThrow(
            () ->
                Failure.usage(
                    option
                        + ": not understood (expected: sqlite:PATH or"
                        + " postgresql://user:password@host:5432/database, in which ${NAME} may"
                        + " name a variable that is set)"));
  }
}
