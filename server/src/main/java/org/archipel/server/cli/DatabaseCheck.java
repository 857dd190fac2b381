package org.archipel.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.archipel.server.config.StorageConfig;
import org.archipel.storage.Database;
import org.archipel.storage.SchemaState;
import org.archipel.storage.StorageException;

/** Looks at a site's database, without making or changing one. */
final class DatabaseCheck {
  private static final String CHECK = "database";
  private static final double NANOS_IN_MILLI = 1e6;
  private static final double BYTES_IN_MIB = 1 << 20;
  private static final double BYTES_IN_GIB = 1 << 30;

  private final StorageConfig storage;

  DatabaseCheck(StorageConfig storage) {
    this.storage = storage;
  }

  List<Finding> findings() {
    Optional<Path> file = StorageConfig.file(storage.url());
    // Opening would make it.
    if (file.filter(Files::exists).isEmpty() && file.isPresent()) {
      return List.of(
          Finding.note(CHECK, file.get() + " is not there yet", "the first start makes it"));
    }
    List<Finding> findings = new ArrayList<>();
    try (Database database = Database.open(storage.url())) {
      findings.add(Finding.good(CHECK, found(database, file)));
      findings.add(schemas(database));
    } catch (StorageException | IOException e) {
      findings.add(Finding.bad(CHECK, String.valueOf(e.getMessage()), advice(e)));
    }
    return findings;
  }

  private static String found(Database database, Optional<Path> file) throws IOException {
    String product = database.product();
    // The second time, when there is a connection: as a site finds it.
    long start = System.nanoTime();
    database.product();
    double millis = (System.nanoTime() - start) / NANOS_IN_MILLI;
    String text =
        String.format(
            Locale.ROOT, "%s at %s, answers in %.1f ms", product, database.shown(), millis);
    if (file.isPresent()) {
      text +=
          String.format(
              Locale.ROOT,
              ", %.1f MiB, %.1f GiB free",
              Files.size(file.get()) / BYTES_IN_MIB,
              Files.getFileStore(file.get()).getUsableSpace() / BYTES_IN_GIB);
    }
    return text;
  }

  private static Finding schemas(Database database) {
    List<String> older = new ArrayList<>();
    List<String> unusable = new ArrayList<>();
    database
        .schemas()
        .forEach(
            (room, state) -> {
              switch (state) {
                case SchemaState.OLDER -> older.add(room);
                case SchemaState.UNUSABLE -> unusable.add(room);
                case SchemaState.CURRENT -> {}
              }
            });
    if (!unusable.isEmpty()) {
      return Finding.bad(
          "tables",
          "not those of this program: " + String.join(", ", unusable),
          "use the program that made them, or a newer one");
    }
    return older.isEmpty()
        ? Finding.good("tables", "as this program wants them")
        : Finding.note(
            "tables",
            "from an older program: " + String.join(", ", older),
            "the next start brings them up to date; make a backup before");
  }

  private static String advice(Exception e) {
    return e instanceof StorageException known
            && known.kind() == StorageException.Kind.CONFIGURATION
        ? "change storage.url"
        : "a running site serves on; keys cannot be changed, records wait in the journal";
  }
}
