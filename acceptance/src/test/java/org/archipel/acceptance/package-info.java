/**
 * The whole site, as a user meets it: real processes, a real llama.cpp engine, real SDKs, raw
 * sockets, hostile bytes.
 *
 * <p>Tests only. Nothing may depend on this module.
 */
@NullMarked
package org.archipel.acceptance;

import org.jspecify.annotations.NullMarked;
