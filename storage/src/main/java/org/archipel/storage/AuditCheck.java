package org.archipel.storage;

/** The answer of {@link AuditLog#verify}. */
public sealed interface AuditCheck {
  /**
   * Every entry is as it was written.
   *
   * @param entries how many there are
   * @param hash of the last one; who keeps it elsewhere can show later that the log was not
   *     rewritten as a whole
   */
  record Whole(long entries, String hash) implements AuditCheck {}

  /**
   * An entry was altered, removed or put in.
   *
   * @param sequence the first that does not fit
   * @param why for people
   */
  record Broken(long sequence, String why) implements AuditCheck {}
}
