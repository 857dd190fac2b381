package org.archipel.engines;

/**
 * How the polling of load went since the start.
 *
 * @param told polls that brought a load
 * @param missed polls that brought none
 * @param stopped times that an engine stopped telling its load
 */
public record LoadCounters(long told, long missed, long stopped) {}
