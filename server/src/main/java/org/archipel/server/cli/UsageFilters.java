package org.archipel.server.cli;

import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say which usage is meant, one for each of what it can be filtered by. */
final class UsageFilters {
  @Option(
      names = "--organization",
      paramLabel = "ORG",
      description = "consumed by this organization.")
  private String organization = "";

  @Option(names = "--project", paramLabel = "PROJECT", description = "of projects of this name.")
  private String project = "";

  @Option(names = "--key", paramLabel = "ID", description = "of this key.")
  private String key = "";

  @Option(names = "--person", paramLabel = "PSEUDONYM", description = "of this person.")
  private String person = "";

  @Option(names = "--model", paramLabel = "MODEL", description = "of this model.")
  private String model = "";

  @Option(names = "--engine", paramLabel = "ID", description = "on this engine.")
  private String engine = "";

  @Option(names = "--owner", paramLabel = "ORG", description = "on engines of this organization.")
  private String owner = "";

  @Option(names = "--class", paramLabel = "CLASS", description = "interactive, standard or batch.")
  private String serviceClass = "";

  @Option(names = "--site", paramLabel = "SITE", description = "served by this other site.")
  private String site = "";

  @Option(names = "--origin", paramLabel = "SITE", description = "served for this other site.")
  private String origin = "";

  /** By the names that the API has for them; empty where none was given. */
  Map<String, String> parameters() {
    return Map.of(
        "organization",
        organization,
        "project",
        project,
        "key",
        key,
        "person",
        person,
        "model",
        model,
        "engine",
        engine,
        "owner",
        owner,
        "class",
        serviceClass,
        "site",
        site,
        "origin",
        origin);
  }
}
