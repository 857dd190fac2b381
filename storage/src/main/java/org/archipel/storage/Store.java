package org.archipel.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.archipel.storage.StorageException.Kind;
import org.jdbi.v3.core.Handle;

/** Everything in which one kind of database differs from the other. Rooms never see it. */
sealed interface Store permits SqliteStore, PostgresStore {
  /** The forms of a URL, for messages about one that is neither. */
  String EXPECTED =
      " (expected: sqlite:PATH, for example sqlite:data/x.db, or"
          + " postgresql://user:password@host:5432/database)";

  /** Understands a URL. Refusals never repeat one that may hold a password. */
  static Store parse(String url) {
    if (url.startsWith("sqlite:")) {
      return new SqliteStore(SqliteFile.parse(url));
    }
    if (url.startsWith("postgresql://") || url.startsWith("postgres://")) {
      return new PostgresStore(PostgresUrl.parse(url));
    }
    Matcher scheme = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{0,30}):.*").matcher(url);
    String found = scheme.matches() ? scheme.group(1) + ":…" : "no scheme";
    throw new StorageException(Kind.CONFIGURATION, "storage.url: " + found + EXPECTED);
  }

  /** The word for this kind in the names of scripts that only it understands. */
  String dialect();

  /** What messages call this database; never with a password. */
  String shown();

  /**
   * Connects for the first time: makes what is missing, and proves that it can be used.
   *
   * @throws StorageException when it cannot
   */
  Pools open();

  /** Whether another process, or another part of this one, has the database open. */
  boolean inUse();

  /** Connections outside the pools, for migrations. */
  DataSource connections();

  /**
   * Waits until no other transaction writes. Called first in each transaction that writes; whoever
   * has returned from it is alone until its transaction ends.
   */
  void awaitTurn(Connection connection) throws SQLException;

  /** Whether a table exists. */
  boolean hasTable(Handle handle, String table);

  /** Sees to it that what is committed survives a loss of power; false when that takes longer. */
  boolean settle(Handle handle);

  /** The product and its version, for people. */
  String product(Handle handle);

  /** Says what a failure of the driver means to the operator of this database. */
  StorageException explain(Exception failure);

  /** A failure of this database in words of our own. */
  default StorageException failed(Kind kind, String what, Exception cause) {
    return new StorageException(kind, "database " + shown() + " " + what, cause);
  }
}
