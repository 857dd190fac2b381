package org.archipel.control;

import org.archipel.control.catalog.Catalog;
import org.archipel.directory.census.Census;

/**
 * What there is to serve with.
 *
 * @param entries models and engines that are added while the site runs
 * @param census what organizations say that they have and want
 */
public record CapacityRooms(Catalog entries, Census census) {}
