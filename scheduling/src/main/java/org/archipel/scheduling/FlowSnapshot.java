package org.archipel.scheduling;

/**
 * A flow at one moment.
 *
 * @param flow which one
 * @param waiting demands that wait in it
 * @param waitingCost their cost in normalized prompt tokens
 * @param running permits that are out for it
 * @param oldestWaitNanos how long the oldest one waits, 0 when none does
 * @param virtualTimeLag how far the organization's external virtual time is ahead of the pool's, in
 *     normalized prompt tokens over weight
 */
public record FlowSnapshot(
    Flow flow,
    int waiting,
    double waitingCost,
    int running,
    long oldestWaitNanos,
    double virtualTimeLag) {}
