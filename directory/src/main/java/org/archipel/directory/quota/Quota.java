package org.archipel.directory.quota;

import java.time.Instant;

/**
 * A quota as it is stored.
 *
 * @param scope whose use it limits; there is at most one quota for a scope
 * @param limits its numbers
 * @param version 1 for a new one, one more with each change
 * @param changedAt when it was last changed, to the millisecond
 */
public record Quota(QuotaScope scope, Limits limits, long version, Instant changedAt) {}
