package org.archipel.scheduling;

import java.util.HashSet;
import java.util.Set;

/**
 * How far a demand may go. Immutable.
 *
 * @param visitor whether it came here from another site: then it is external on every engine and
 *     never goes on to a third site
 * @param labels what an engine must have on which it runs, and a site that it is sent to
 * @param refusedBy sites that did not take this request
 */
public record Reach(boolean visitor, Set<String> labels, Set<String> refusedBy) {
  /** Of a demand that came from a caller of this site, and may go anywhere. */
  public static final Reach HOME = new Reach(false, Set.of(), Set.of());

  /** Of a demand that came from another site. */
  public static final Reach VISITOR = new Reach(true, Set.of(), Set.of());

  public Reach {
    labels = Set.copyOf(labels);
    refusedBy = Set.copyOf(refusedBy);
  }

  /** The same, not to be sent to that site again. */
  public Reach without(String site) {
    Set<String> sites = new HashSet<>(refusedBy);
    sites.add(site);
    return new Reach(visitor, labels, sites);
  }
}
