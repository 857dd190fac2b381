package org.archipel.federation.adverts;

import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.archipel.federation.trust.Partner;

/**
 * How a partner is seen from here at one moment.
 *
 * @param partner who
 * @param connected whether its adverts come in
 * @param trouble why not; empty when they do
 * @param roundTripNanos there and back; empty when it was never measured
 * @param clockAheadMillis by how much its clock is ahead; empty when it was never measured
 * @param advertAgeNanos how old what it said last is; empty when it said nothing
 * @param models the ids of what it offers
 * @param credits the room that it offers, summed over models, for the class that has most
 * @param carbonGramsPerKwh of its electricity
 */
public record PeerStanding(
    Partner partner,
    boolean connected,
    String trouble,
    OptionalLong roundTripNanos,
    OptionalLong clockAheadMillis,
    OptionalLong advertAgeNanos,
    Set<String> models,
    long credits,
    OptionalInt carbonGramsPerKwh) {

  /** Copies. */
  public PeerStanding {
    models = Set.copyOf(models);
  }
}
