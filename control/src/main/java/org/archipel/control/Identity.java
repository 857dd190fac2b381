package org.archipel.control;

import org.archipel.directory.access.Subject;

/**
 * Who is calling.
 *
 * @param subject as the authority knows it
 * @param byCookie whether a browser may have added the proof by itself: a change then needs a token
 *     against forged requests
 */
record Identity(Subject subject, boolean byCookie) {
  static final Identity ADMINISTRATOR = new Identity(Subject.ADMINISTRATOR, false);

  /** Somebody of whom nothing is known: may do nothing that needs a permission. */
  static final Identity STRANGER = new Identity(new Subject.Person("", java.util.Set.of()), false);
}
