package org.archipel.simulator.fleet;

/**
 * One request of a trace.
 *
 * @param nanos since the first one
 * @param ask what it needs
 * @param hashes of the blocks of its prompt, empty when the trace has none
 */
record TraceEntry(long nanos, Ticket.Ask ask, long[] hashes) {}
