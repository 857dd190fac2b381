package org.archipel.federation.adverts;

/**
 * How far a partner is and what its clock says, as measured by asking it.
 *
 * @param roundTripNanos there and back, the least of the latest measurements
 * @param aheadMillis by how much its clock is ahead of the one here, give or take half of that
 */
record PeerClock(long roundTripNanos, long aheadMillis) {}
