package org.archipel.directory.access;

import java.util.Set;

/** Who wants to do something. */
public sealed interface Subject {
  /** Who has the machine's token. */
  Subject ADMINISTRATOR = new Administrator();

  /** Who has the machine's token: everything is allowed. */
  record Administrator() implements Subject {}

  /**
   * Somebody who signed in.
   *
   * @param id the person's id
   * @param roles what the person is, and where
   */
  record Person(String id, Set<Held> roles) implements Subject {
    public Person {
      roles = Set.copyOf(roles);
    }
  }

  /** A role and where it is held. */
  record Held(Role role, Scope scope) {}
}
