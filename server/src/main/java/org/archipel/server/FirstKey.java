package org.archipel.server;

import java.util.Optional;
import org.archipel.directory.Directory;
import org.archipel.storage.Actor;

/** What a site without any organization gets, so that the first request can be made at once. */
public final class FirstKey {
  /** The organization of a site that nobody described. */
  public static final String ORGANIZATION = "local";

  /** Its only project. */
  public static final String PROJECT = "default";

  private FirstKey() {}

  /**
   * On an empty directory, makes an organization, a project and a key, and gives the key, this
   * once; else does nothing.
   */
  public static Optional<String> in(Directory directory, String label) {
    if (!directory.organizations().isEmpty()) {
      return Optional.empty();
    }
    directory.createOrganization(Actor.system("start"), ORGANIZATION);
    directory.createProject(Actor.system("start"), ORGANIZATION, PROJECT);
    return Optional.of(
        directory
            .createKey(
                Actor.system("start"), ORGANIZATION, PROJECT, Optional.of(label), Optional.empty())
            .secret());
  }
}
