package org.archipel.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.archipel.storage.StorageException.Kind;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;

/**
 * The file of an SQLite database: its URL, its creation, and connections to it.
 *
 * @param path absolute
 */
record SqliteFile(Path path) {
  private static final int BUSY_TIMEOUT_MILLIS = 10_000;
  private static final int LARGEST_KEPT_WAL_BYTES = 64 * 1024 * 1024;

  /** Understands {@code sqlite:PATH}. */
  static SqliteFile parse(String url) {
    String path = url.substring("sqlite:".length());
    // The driver gives these characters and names a meaning of their own.
    if (path.isBlank() || path.startsWith(":") || path.startsWith("//") || path.contains("?")) {
      throw refused(url, "; a plain path of a file, without '?', '//' or a name like :memory:");
    }
    try {
      return new SqliteFile(Path.of(path).toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      throw refused(url, "; " + e.getReason());
    }
  }

  private static StorageException refused(String value, String why) {
    return new StorageException(Kind.CONFIGURATION, "storage.url: " + value + Store.EXPECTED + why);
  }

  /**
   * Creates the folder and the file when they are missing; the new file is for its owner only, and
   * SQLite gives the files beside it (-wal, -shm) the same mode.
   *
   * <p>An existing file must never be opened here, not even to look at it: closing any descriptor
   * of it drops the POSIX locks that SQLite holds for the whole process. That is also why creating
   * is synchronized: nobody may open the new file before its creation has closed it.
   */
  void create() {
    createIfMissing(path);
    if (!Files.isRegularFile(path) || !Files.isReadable(path) || !Files.isWritable(path)) {
      throw new StorageException(
          Kind.CONFIGURATION, "database " + path + " (expected: a file to read and write)");
    }
  }

  private static synchronized void createIfMissing(Path path) {
    try {
      Path folder = path.getParent();
      if (folder != null && !Files.isDirectory(folder)) {
        Files.createDirectories(folder);
      }
      if (!Files.exists(path)) {
        createPrivately(path);
      }
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(path)) {
        throw cannotCreate(path, e);
      }
    } catch (IOException e) {
      throw cannotCreate(path, e);
    }
  }

  private static void createPrivately(Path path) throws IOException {
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      var ownerOnly = PosixFilePermissions.fromString("rw-------");
      Files.createFile(path, PosixFilePermissions.asFileAttribute(ownerOnly));
    } else {
      Files.createFile(path);
    }
  }

  private static StorageException cannotCreate(Path path, IOException e) {
    String reason = e.getClass().getSimpleName() + ": " + e.getMessage();
    return new StorageException(
        Kind.CONFIGURATION, "database " + path + " cannot be created: " + reason, e);
  }

  /** New connections of this file, each with the settings that SQLite keeps per connection. */
  SQLiteDataSource connections() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    // In WAL mode NORMAL survives a killed process; a loss of power may cost the last commits, but
    // never the consistency. What must not be lost at all goes through the ledger's journal.
    config.setSynchronous(SynchronousMode.NORMAL);
    config.enforceForeignKeys(true);
    config.setJournalSizeLimit(LARGEST_KEPT_WAL_BYTES);
    config.setTransactionMode(TransactionMode.IMMEDIATE);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + path);
    return source;
  }
}
