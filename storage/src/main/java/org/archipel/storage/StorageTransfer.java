package org.archipel.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Copies everything that a database holds: to another database, to a file, from a file. All rooms,
 * all rows, in one snapshot; every table is counted and summed on both sides.
 *
 * <p>Thread-safe. The methods block, for as long as the amount of data takes. Each opens what it is
 * given and closes it.
 */
public final class StorageTransfer {
  private final TransferProgress progress;
  private final ClassLoader scripts;

  /**
   * @param progress is told how far it has come
   */
  public StorageTransfer(TransferProgress progress) {
    this(progress, StorageTransfer.class.getClassLoader());
  }

  StorageTransfer(TransferProgress progress, ClassLoader scripts) {
    this.progress = progress;
    this.scripts = scripts;
  }

  /**
   * Moves to an empty database; what is there already stays where it is. The tables get the
   * versions that they have in the old one; the next start brings them up to date. When it was
   * interrupted, however that was, the target is of no use until it was run again, which begins
   * from scratch.
   *
   * @param from the URL of a database that no site uses
   * @param to the URL of an empty one, or of one in which an earlier copy was interrupted
   * @throws StorageException when one of them is in use, is not what is expected, or fails
   */
  public TransferSummary move(String from, String to) {
    Store source = Store.parse(from);
    Store target = Store.parse(to);
    if (source.shown().equals(target.shown())) {
      throw refused(target, "is both source and target");
    }
    refuseInUse(source);
    refuseInUse(target);
    try (Database old = Database.open(from);
        Database fresh = Database.open(to)) {
      return new DatabaseSource(old, progress).send(new DatabaseSink(fresh, scripts));
    }
  }

  /**
   * Writes a backup. A site may use the database: the backup is one snapshot of it, without the
   * records that are still in its journal.
   *
   * @param file is made, with mode 600; must not exist
   * @param now is noted in it
   * @throws StorageException when the database or the file fails; no file is left then
   */
  public TransferSummary backup(String from, Path file, Instant now) {
    try (Database database = Database.open(from);
        BackupWriter writer = BackupWriter.open(file.toAbsolutePath(), now)) {
      return new DatabaseSource(database, progress).send(writer);
    }
  }

  /**
   * Fills an empty database from a backup, of whichever kind of database that was made. As with
   * {@link #move}, one that was interrupted is to be run again.
   *
   * @param to the URL of an empty database, or of one in which an earlier copy was interrupted
   * @throws StorageException of kind {@code DAMAGED} when the file is not as it was written
   */
  public TransferSummary restore(Path file, String to) {
    if (!Files.isRegularFile(file)) {
      throw new StorageException(
          StorageException.Kind.CONFIGURATION, file + " (expected: a file that backup wrote)");
    }
    refuseInUse(Store.parse(to));
    try (Database fresh = Database.open(to)) {
      return new BackupSource(file, progress).send(new DatabaseSink(fresh, scripts));
    }
  }

  private static void refuseInUse(Store store) {
    if (store.inUse()) {
      throw refused(store, "is in use (expected: no site runs on it; stop it first)");
    }
  }

  private static StorageException refused(Store store, String what) {
    return new StorageException(
        StorageException.Kind.CONFIGURATION, "database " + store.shown() + " " + what);
  }
}
