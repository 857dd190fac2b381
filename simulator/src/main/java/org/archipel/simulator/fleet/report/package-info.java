/**
 * Files of what simulations gave: CSV for machines, one HTML page with its plots for people.
 *
 * <p>The same results give the same bytes. A page loads nothing from anywhere.
 */
@NullMarked
package org.archipel.simulator.fleet.report;

import org.jspecify.annotations.NullMarked;
