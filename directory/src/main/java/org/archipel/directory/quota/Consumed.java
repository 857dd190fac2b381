package org.archipel.directory.quota;

import java.time.LocalDate;

/**
 * What was used on one day, as the ledger tells.
 *
 * @param day the UTC day on which the requests arrived
 * @param organization the organization's name
 * @param project the project's name
 * @param key the key's id
 * @param model the model's id
 * @param tokens of prompts and answers
 * @param microCurrency what it cost
 */
public record Consumed(
    LocalDate day,
    String organization,
    String project,
    String key,
    String model,
    long tokens,
    long microCurrency) {}
