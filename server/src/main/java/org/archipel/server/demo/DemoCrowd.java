package org.archipel.server.demo;

import org.archipel.directory.OrganizationKind;

/**
 * Simulated users of one organization at one site.
 *
 * @param organization their organization
 * @param kind what it is to the consortium
 * @param model what they ask for
 * @param rhythm when they come
 */
record DemoCrowd(String organization, OrganizationKind kind, String model, Rhythm rhythm) {
  /** The project of every crowd. */
  static final String PROJECT = "chat";
}
