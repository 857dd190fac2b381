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
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
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
    String state = Files.exists(file) ? ", existing file" : ", new file";
    Stopwatch watch = new Stopwatch();
    Database database = Database.open("sqlite:" + file);
    watch.print("open" + state, 1, 1e6, "ms");
    database.migrate("directory");
    watch.print("migrate" + state, 1, 1e6, "ms");
    Directory directory =
        new Directory(
            database,
            new AuditLog(database, Clock.systemUTC()),
            Clock.systemUTC(),
            new SecureRandom());
    watch.print("directory" + state, 1, 1e6, "ms");
    if (args.length > 1) {
      checks(directory);
    }
    watch = new Stopwatch();
    directory.close();
    database.close();
    watch.print("close", 1, 1e6, "ms");
  }

  private static void checks(Directory directory) {
    if (directory.organizations().isEmpty()) {
      directory.createOrganization(Actor.token(), "lab");
      directory.createProject(Actor.token(), "lab", "web");
    }
    List<String> good = new ArrayList<>();
    Stopwatch watch = new Stopwatch();
    for (int i = 0; i < KEYS; i++) {
      good.add(
          directory
              .createKey(Actor.token(), "lab", "web", Optional.empty(), Optional.empty())
              .secret());
    }
    watch.print("createKey", KEYS, 1e3, "us");
    List<String> wrong = good.stream().map(key -> key.substring(0, 48) + "!").toList();
    List<String> strangers =
        good.stream().map(key -> "ark-" + "0".repeat(12) + key.substring(16)).toList();
    for (int round = 0; round < 3; round++) {
      measure("check, good key", directory.keyRing(), good);
      measure("check, odd letter", directory.keyRing(), wrong);
      measure("check, unknown id", directory.keyRing(), strangers);
      measure("check, no key", directory.keyRing(), List.of("sk-" + "x".repeat(46)));
    }
  }

  private static void measure(String what, KeyRing ring, List<String> texts) {
    int accepted = 0;
    Stopwatch watch = new Stopwatch();
    for (int i = 0; i < CHECKS; i++) {
      accepted += ring.check(texts.get(i % texts.size())) instanceof KeyCheck.Accepted ? 1 : 0;
    }
    watch.print(what + " (" + accepted + " accepted)", CHECKS, 1, "ns");
  }

  /** Shows the time of this thread on a processor too: other work on the machine counts less. */
  private static final class Stopwatch {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long onProcessor = threads.getCurrentThreadCpuTime();
    private long onWall = System.nanoTime();

    void print(String what, int times, double unit, String name) {
      double processor = (threads.getCurrentThreadCpuTime() - onProcessor) / unit / times;
      double wall = (System.nanoTime() - onWall) / unit / times;
      System.out.printf(
          Locale.ROOT, "%-36s %9.1f %s, %9.1f %s CPU%n", what, wall, name, processor, name);
      onProcessor = threads.getCurrentThreadCpuTime();
      onWall = System.nanoTime();
    }
  }
}
