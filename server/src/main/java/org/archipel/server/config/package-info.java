/**
 * What the configuration file says, as immutable records, and the reader that checks it.
 *
 * <p>Reading has no effect on anything: nothing here opens a file other than the configuration,
 * starts a thread or listens. Values of secrets and of environment variables never get into a
 * message.
 */
@NullMarked
package org.archipel.server.config;

import org.jspecify.annotations.NullMarked;
