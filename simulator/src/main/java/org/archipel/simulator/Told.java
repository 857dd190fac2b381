package org.archipel.simulator;

/**
 * Everything that an answer to one request is written from.
 *
 * @param id 32 hexadecimal digits, or the caller's request id
 * @param created seconds since 1970
 * @param model the name that the caller used
 * @param answer what is said
 * @param usage of the whole answer
 * @param reporting what is reported of it
 */
record Told(
    String id, long created, String model, Answer answer, Usage usage, Reporting reporting) {}
