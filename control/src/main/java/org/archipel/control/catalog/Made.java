package org.archipel.control.catalog;

import java.time.Instant;

/**
 * Where an entry of the store comes from, and which change of it this is.
 *
 * @param version 1, and one more with each change
 * @param at when it was added
 * @param by who added it, as {@code kind:id}
 */
public record Made(long version, Instant at, String by) {
  Made next() {
    return new Made(version + 1, at, by);
  }
}
