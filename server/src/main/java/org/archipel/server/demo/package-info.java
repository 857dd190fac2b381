/**
 * The demonstration: a whole site on one machine, on simulated engines that say that they are.
 *
 * <p>Only decides what to start; the site itself is the one that {@code serve} runs.
 */
@NullMarked
package org.archipel.server.demo;

import org.jspecify.annotations.NullMarked;
