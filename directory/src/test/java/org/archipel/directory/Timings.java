package org.archipel.directory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.archipel.storage.Database;

/**
 * Not a test: prints how long opening and checking take. The first opening of a process is the one
 * that a start pays. Argument: the database's file; keep it for a second run to see a warm start.
 */
final class Timings {
  private static final int KEYS = 1_000;
  private static final int CHECKS = 2_000_000;

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    String state = Files.exists(file) ? "existing file" : "new file";
    long start = System.nanoTime();
    Database database = Database.open("sqlite:" + file);
    long opened = System.nanoTime();
    database.migrate("directory");
    long migrated = System.nanoTime();
    Directory directory = new Directory(database, Clock.systemUTC(), new SecureRandom());
    long loaded = System.nanoTime();
    print("open, " + state, opened - start, 1e6, "ms");
    print("migrate, " + state, migrated - opened, 1e6, "ms");
    print("directory, " + state, loaded - migrated, 1e6, "ms");
    if (args.length > 1) {
      checks(directory);
    }
    long closing = System.nanoTime();
    directory.close();
    database.close();
    print("close", System.nanoTime() - closing, 1e6, "ms");
  }

  private static void checks(Directory directory) {
    if (directory.organizations().isEmpty()) {
      directory.createOrganization("lab");
      directory.createProject("lab", "web");
    }
    List<String> good = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < KEYS; i++) {
      good.add(directory.createKey("lab", "web", Optional.empty(), Optional.empty()).secret());
    }
    print("createKey", System.nanoTime() - start, KEYS * 1e3, "us each");
    List<String> wrong = good.stream().map(key -> key.substring(0, 48) + "!").toList();
    List<String> stranger =
        good.stream().map(key -> "ark-" + "0".repeat(12) + key.substring(16)).toList();
    for (int round = 0; round < 3; round++) {
      measure("check, good key", directory.keyRing(), good);
      measure("check, odd letter", directory.keyRing(), wrong);
      measure("check, unknown id", directory.keyRing(), stranger);
      measure("check, no key", directory.keyRing(), List.of("sk-" + "x".repeat(46)));
    }
  }

  /** In time of the processor, so that other work on the machine counts less. */
  private static void measure(String what, KeyRing ring, List<String> texts) {
    IntUnaryOperator one =
        i -> ring.check(texts.get(i % texts.size())) instanceof KeyCheck.Accepted ? 1 : 0;
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    int accepted = 0;
    long start = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < CHECKS; i++) {
      accepted += one.applyAsInt(i);
    }
    long taken = threads.getCurrentThreadCpuTime() - start;
    print(what + " (" + accepted + " accepted)", taken, CHECKS, "ns of CPU each");
  }

  private static void print(String what, long nanos, double unit, String name) {
    System.out.printf(Locale.ROOT, "%-40s %9.1f %s%n", what, nanos / unit, name);
  }
}
