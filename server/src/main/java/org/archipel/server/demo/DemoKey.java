package org.archipel.server.demo;

import java.util.Optional;
import org.archipel.directory.Directory;
import org.archipel.directory.DirectoryException;
import org.archipel.directory.KeyCheck;
import org.archipel.server.DataFolder;
import org.archipel.server.FirstKey;
import org.archipel.storage.Actor;

/**
 * The key of the demonstration, kept in a file so that the same command works tomorrow. Only a
 * demonstration keeps a key: a site never does.
 */
public final class DemoKey {
  /** The file of the data folder that holds it. */
  public static final String FILE = "demo.key";

  private DemoKey() {}

  /** The key of last time when it is still good, else a new one. */
  public static String in(DataFolder data, Directory directory) {
    Optional<String> known =
        data.find(FILE).filter(key -> directory.keyRing().check(key) instanceof KeyCheck.Accepted);
    if (known.isPresent()) {
      return known.get();
    }
    String key = FirstKey.in(directory, "demo").orElseGet(() -> another(directory));
    data.put(FILE, key);
    return key;
  }

  private static String another(Directory directory) {
    for (Runnable missing :
        new Runnable[] {
          () -> directory.createOrganization(Actor.system("demo"), FirstKey.ORGANIZATION),
          () ->
              directory.createProject(Actor.system("demo"), FirstKey.ORGANIZATION, FirstKey.PROJECT)
        }) {
      try {
        missing.run();
      } catch (DirectoryException e) {
        if (e.kind() != DirectoryException.Kind.EXISTS) {
          throw e;
        }
      }
    }
    return directory
        .createKey(
            Actor.system("demo"),
            FirstKey.ORGANIZATION,
            FirstKey.PROJECT,
            Optional.of("demo"),
            Optional.empty())
        .secret();
  }
}
