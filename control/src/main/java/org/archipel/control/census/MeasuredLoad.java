package org.archipel.control.census;

import java.util.OptionalDouble;

/**
 * What the engines of an organization did, from the usage records of the time.
 *
 * @param engines engines of the organization that this site knows
 * @param enginesUp those that answer now
 * @param enginesWithoutHardware those of which nobody said what they run on
 * @param requests requests that they served, for whomever
 * @param promptTokens tokens of prompts
 * @param completionTokens tokens of answers
 * @param engineSeconds time of requests on the engines
 * @param busyShare that time over what the engines' limits would allow; empty when the organization
 *     has no engine here or no time was recorded: then it is not measured
 */
public record MeasuredLoad(
    int engines,
    int enginesUp,
    int enginesWithoutHardware,
    long requests,
    long promptTokens,
    long completionTokens,
    long engineSeconds,
    OptionalDouble busyShare) {}
