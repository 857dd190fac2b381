package org.archipel.simulator.fleet;

/**
 * One simulation of a comparison.
 *
 * @param variant the variant's name
 * @param x its place on an axis, or NaN
 * @param policy the policy's name
 * @param seed decides all that is random
 * @param result what came out
 */
public record Trial(String variant, double x, String policy, long seed, RunResult result) {}
