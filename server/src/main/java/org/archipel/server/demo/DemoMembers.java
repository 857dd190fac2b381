package org.archipel.server.demo;

import java.util.List;
import java.util.Optional;
import org.archipel.directory.DirectoryException;
import org.archipel.federation.trust.Consortium;
import org.archipel.federation.trust.TrustRoom;
import org.archipel.server.StartException;
import org.archipel.storage.Actor;

/** Founds the consortium of the demonstration and admits its sites, as its people would. */
final class DemoMembers {
  private static final Actor DEMO = Actor.system("demo");

  private DemoMembers() {}

  /** What the other sites are told of the anchor; founds the consortium at the first start. */
  static DemoFile.Anchor anchor(RunningSite first) {
    TrustRoom trust = trust(first);
    if (!trust.consortium().founded()) {
      trust.found(DEMO, Consortium.MemberKind.CONTRIBUTOR);
    }
    return new DemoFile.Anchor(first.api().toString(), trust.publicKeys().replaceAll("\\s", ""));
  }

  /** Admits those that are no members yet. */
  static void admit(RunningSite anchor, List<RunningSite> sites) throws InterruptedException {
    TrustRoom trust = trust(anchor);
    for (RunningSite site : sites) {
      if (trust.consortium().member(site.described().id()).isEmpty()) {
        admit(trust, site);
      }
    }
  }

  private static void admit(TrustRoom anchor, RunningSite site) throws InterruptedException {
    DemoSite described = site.described();
    try {
      anchor.admit(
          DEMO,
          new Consortium.Admission(
              site.api().toString(),
              described.id(),
              described.name(),
              described.organization(),
              Consortium.MemberKind.CONTRIBUTOR),
          Optional.empty());
    } catch (DirectoryException e) {
      throw new StartException(described.id() + ": is not admitted: " + e.getMessage(), e);
    }
  }

  private static TrustRoom trust(RunningSite site) {
    return site.site()
        .trust()
        .orElseThrow(() -> new StartException(site.described().id() + ": takes no part"));
  }
}
