package org.archipel.storage;

/** How the tables of a room are, beside what this program would make of them. */
public enum SchemaState {
  /** As this program wants them. */
  CURRENT,
  /** From an older program: the next start brings them up to date. */
  OLDER,
  /** From a newer program, or changed: this one cannot use them. */
  UNUSABLE
}
