/**
 * The composition root: configuration, wiring by plain constructors, command line.
 *
 * <p>The only room that sees the whole house, and the only one that may end the process.
 */
@NullMarked
package org.archipel.server;

import org.jspecify.annotations.NullMarked;
