package org.archipel.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * CPU time and memory of a process and all that descend from it, from {@code /proc}. Linux only.
 */
final class ProcessMeter {
  /** Linux shows times to programs in hundredths of a second whatever the kernel counts in. */
  private static final double TICKS_PER_SECOND = 100;

  private final Path proc;
  private final long pid;

  ProcessMeter(Path proc, long pid) {
    this.proc = proc;
    this.pid = pid;
  }

  static ProcessMeter of(long pid) {
    return new ProcessMeter(Path.of("/proc"), pid);
  }

  /** User and system time so far. */
  double cpuSeconds() throws IOException {
    double sum = 0;
    for (long each : tree()) {
      sum += read(each, "stat").map(ProcessMeter::cpuSeconds).findFirst().orElse(0.0);
    }
    return sum;
  }

  /** Resident memory now, in 10^6 bytes; pages that processes share count for each of them. */
  double residentMegabytes() throws IOException {
    double sum = 0;
    for (long each : tree()) {
      sum += read(each, "status").mapToDouble(ProcessMeter::residentMegabytes).sum();
    }
    return sum;
  }

  static double cpuSeconds(String stat) {
    // The name, in brackets, may hold spaces and brackets; fields are counted from its end.
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1));
    return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS_PER_SECOND;
  }

  static double residentMegabytes(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / 1e6)
        .sum();
  }

  private List<Long> tree() {
    return ProcessHandle.of(pid).stream()
        .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
        .map(ProcessHandle::pid)
        .toList();
  }

  /** Empty when the process has ended meanwhile. */
  private Stream<String> read(long each, String file) throws IOException {
    try {
      return Stream.of(
          Files.readString(
              proc.resolve(Long.toString(each)).resolve(file), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Stream.empty();
    }
  }
}
