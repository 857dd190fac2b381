package org.archipel.server.demo;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.archipel.directory.AgreedLimits;
import org.archipel.directory.AllowedModels;
import org.archipel.directory.Directory;
import org.archipel.directory.DirectoryException;
import org.archipel.directory.EntitlementTerms;
import org.archipel.directory.Entitlements;
import org.archipel.directory.Identifiers;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.KeyTerms;
import org.archipel.directory.OrganizationKind;
import org.archipel.directory.OrganizationProfile;
import org.archipel.server.DataFolder;
import org.archipel.server.FirstKey;
import org.archipel.storage.Actor;

/**
 * The keys of the demonstration, kept in files so that the same command works tomorrow. Only a
 * demonstration keeps keys: a site never does.
 */
public final class DemoKey {
  /** The file of the data folder that holds the one which is shown. */
  public static final String FILE = "demo.key";

  private static final Actor DEMO = Actor.system("demo");

  private DemoKey() {}

  /** The key of last time when it is still good, else a new one. */
  public static String in(DataFolder data, Directory directory) {
    return known(data, directory, FILE)
        .orElseGet(
            () -> {
              String key =
                  FirstKey.in(directory, "demo")
                      .orElseGet(
                          () ->
                              made(
                                  directory,
                                  FirstKey.ORGANIZATION,
                                  FirstKey.PROJECT,
                                  Optional.empty()));
              data.put(FILE, key);
              return key;
            });
  }

  /**
   * The same for a crowd, whose organization is made when it is not there; in a file of its own.
   */
  static String of(DemoCrowd crowd, String file, DataFolder data, Directory directory) {
    return known(data, directory, file)
        .orElseGet(
            () -> {
              String key =
                  made(
                      directory,
                      crowd.organization(),
                      DemoCrowd.PROJECT,
                      Optional.of(crowd).filter(of -> of.kind() == OrganizationKind.BENEFICIARY));
              data.put(file, key);
              return key;
            });
  }

  private static Optional<String> known(DataFolder data, Directory directory, String file) {
    return data.find(file)
        .filter(key -> directory.keyRing().check(key) instanceof KeyCheck.Accepted);
  }

  private static String made(
      Directory directory, String organization, String project, Optional<DemoCrowd> beneficiary) {
    unlessThere(
        () -> {
          if (beneficiary.isEmpty()) {
            directory.createOrganization(DEMO, organization);
          } else {
            entitle(directory, beneficiary.get());
          }
        });
    unlessThere(() -> directory.createProject(DEMO, organization, project));
    return directory
        .createKey(DEMO, organization, project, Optional.of("demo"), Optional.empty())
        .secret();
  }

  private static void entitle(Directory directory, DemoCrowd crowd) {
    OrganizationProfile profile =
        new OrganizationProfile(
            OrganizationKind.BENEFICIARY, Optional.empty(), Identifiers.NONE, List.of(), 1);
    directory.organizations().create(DEMO, crowd.organization(), profile);
    EntitlementTerms terms =
        new EntitlementTerms(
            AllowedModels.of(List.of(crowd.model())),
            KeyTerms.ServiceClass.INTERACTIVE,
            Instant.EPOCH,
            Optional.empty(),
            AgreedLimits.NONE);
    directory
        .entitlements()
        .grant(
            DEMO,
            new Entitlements.Grant(
                crowd.organization(), Optional.empty(), terms, "the demonstration"));
  }

  private static void unlessThere(Runnable creation) {
    try {
      creation.run();
    } catch (DirectoryException e) {
      if (e.kind() != DirectoryException.Kind.EXISTS) {
        throw e;
      }
    }
  }
}
