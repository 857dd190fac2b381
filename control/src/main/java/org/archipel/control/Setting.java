package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * One key of the configuration, as it counts.
 *
 * @param key as it is written in the file: {@code listen.api}
 * @param value for people; never a secret
 * @param usual whether it is what counts when nothing is said
 */
public record Setting(
    @JsonPropertyDescription("as it is written in the file") String key,
    @JsonPropertyDescription("never a secret") String value,
    @JsonPropertyDescription("whether it is what counts when nothing is said") boolean usual) {}
