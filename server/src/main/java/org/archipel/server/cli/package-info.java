/**
 * The command line: what {@code ./archipel} understands, and how it answers.
 *
 * <p>The only room that writes to standard output. Commands that manage a running site talk to its
 * control listener; they open no database and no port.
 */
@NullMarked
package org.archipel.server.cli;

import org.jspecify.annotations.NullMarked;
