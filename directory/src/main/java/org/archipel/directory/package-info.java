/**
 * Who exists and what they may do: organizations, projects, API keys, entitlements.
 *
 * <p>Secrets are never stored, logged or kept: only their hashes. The hot path asks {@code
 * KeyRing}, which answers from memory and never from the database.
 */
@NullMarked
package org.archipel.directory;

import org.jspecify.annotations.NullMarked;
