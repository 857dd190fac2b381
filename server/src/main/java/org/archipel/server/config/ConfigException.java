package org.archipel.server.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with everything that is wrong in it. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  ConfigException(String file, List<Problem> problems) {
    super(problems.stream().map(p -> p.inFile(file)).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** What is wrong, in the order of the file. At least one. */
  public List<Problem> problems() {
    return problems;
  }
}
