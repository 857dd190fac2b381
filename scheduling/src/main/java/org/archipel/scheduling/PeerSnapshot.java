package org.archipel.scheduling;

/**
 * Another site at one moment, as a pool sees it. Numbers are of demands since the pool was made.
 *
 * @param site its id
 * @param sent demands for which a permit to it was given
 * @param accepted those that it served, wholly or in part
 * @param refused those that it did not take
 * @param failed those that it lost
 * @param running permits that are out
 * @param damped whether it is left alone for a while
 * @param ageNanos the age of its last offer
 */
public record PeerSnapshot(
    String site,
    long sent,
    long accepted,
    long refused,
    long failed,
    int running,
    boolean damped,
    long ageNanos) {}
