package org.archipel.storage;

/** Is told how far a copy has come, now and then, on the thread that copies. */
@FunctionalInterface
public interface TransferProgress {
  /**
   * Rows of a table were copied.
   *
   * @param rows how many so far
   * @param complete whether these are all, and were checked
   */
  void copied(String table, long rows, boolean complete);
}
