package org.archipel.scheduling;

/**
 * Whose demands wait in one line: those of one class of one project of one organization.
 *
 * @param organization the organization that is charged
 * @param project the project of that organization
 * @param serviceClass how patient its callers are
 */
public record Flow(String organization, String project, ServiceClass serviceClass) {}
