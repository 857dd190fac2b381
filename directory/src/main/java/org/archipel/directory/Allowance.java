package org.archipel.directory;

/**
 * What one entitlement permits at this moment.
 *
 * @param models which models
 * @param maxClass the most urgent class that requests for them may have
 */
public record Allowance(AllowedModels models, KeyTerms.ServiceClass maxClass) {}
