package org.archipel.control;

import java.util.Optional;
import java.util.Set;
import org.archipel.directory.access.Subject;

/**
 * Who is calling.
 *
 * @param subject as the authority knows it
 * @param session the session's token, when that is how the caller is known: a browser may have
 *     added it by itself, so a change then needs a token against forged requests
 */
record Identity(Subject subject, Optional<String> session) {
  static final Identity ADMINISTRATOR = new Identity(Subject.ADMINISTRATOR, Optional.empty());

  /** Somebody of whom nothing is known: may do nothing that needs a permission. */
  static final Identity STRANGER = new Identity(new Subject.Person("", Set.of()), Optional.empty());

  /** Without the session's token. */
  @Override
  public String toString() {
    return "Identity[" + subject + "]";
  }
}
