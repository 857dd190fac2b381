package org.archipel.server.config;

/**
 * One thing that is wrong in a configuration.
 *
 * @param line where, counted from 1; 0 when it has no line (a missing file, for example)
 * @param path the key, for example {@code models[0].engines[0].type}; empty when there is none
 * @param message what is wrong and what is expected, without any secret
 */
public record Problem(int line, String path, String message) {
  /** The problem in one line: {@code archipel.yaml:12: listen.api: "x" (expected: …)}. */
  public String inFile(String file) {
    StringBuilder text = new StringBuilder(file);
    if (line > 0) {
      text.append(':').append(line);
    }
    text.append(": ");
    if (!path.isEmpty()) {
      text.append(path).append(": ");
    }
    return text.append(message).toString();
  }
}
