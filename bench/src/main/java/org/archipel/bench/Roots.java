package org.archipel.bench;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The checkouts of Archipel that are measured.
 *
 * @param now this one
 * @param before another one to compare with
 */
record Roots(Path now, Optional<Path> before) {
  Path former() {
    return before.orElseThrow(
        () -> new TargetException("no other checkout (expected: --before DIR)"));
  }
}
