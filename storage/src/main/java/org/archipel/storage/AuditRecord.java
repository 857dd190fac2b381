package org.archipel.storage;

import java.time.Instant;

/**
 * An entry of the audit log with its place in the chain.
 *
 * @param sequence 1 for the first, without gaps
 * @param at when it was written, to the millisecond
 * @param entry what it tells
 * @param hash SHA-256 over all of it and the hash of the entry before, in hexadecimal
 */
public record AuditRecord(long sequence, Instant at, AuditEntry entry, String hash) {}
