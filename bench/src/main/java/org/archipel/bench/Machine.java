package org.archipel.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a result must say about where it was measured.
 *
 * @param processor the CPU's model name
 * @param kernel its release
 * @param commit of the sources, with {@code +changes} when they differ from it
 * @param loadBefore processes that wanted a core in the minute before; over a half of the cores,
 *     others were measured as well
 */
record Machine(
    int cores, String processor, String kernel, String java, String commit, double loadBefore) {
  static Machine here(Path root) {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        field(Path.of("/proc/cpuinfo"), "model name"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.version"),
        commit(root),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  boolean busy() {
    return loadBefore > cores / 2.0;
  }

  /** How many descriptors a process started from here may have. */
  static long openFiles() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"), StandardCharsets.UTF_8)) {
      return lines
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.substring("Max open files".length()).strip())
          .mapToLong(line -> Long.parseLong(line.substring(0, line.indexOf(' '))))
          .findFirst()
          .orElse(1024);
    } catch (IOException | NumberFormatException e) {
      return 1024;
    }
  }

  private static String field(Path file, String name) {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String commit(Path root) {
    try {
      String commit = said(root, "git", "rev-parse", "--short", "HEAD");
      boolean changed = !said(root, "git", "status", "--porcelain").isEmpty();
      return changed ? commit + "+changes" : commit;
    } catch (IOException e) {
      return "unknown";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "unknown";
    }
  }

  private static String said(Path root, String... command)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(root.toFile()).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(command[0] + " failed");
    }
    return text.strip();
  }
}
