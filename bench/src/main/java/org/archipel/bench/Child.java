package org.archipel.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that this one has started and ends, with all that descend from it, by their ids.
 *
 * <p>A hook ends it when this process is interrupted. Where {@code setpriv} exists the kernel also
 * ends it when this process is killed.
 */
final class Child implements AutoCloseable {
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
  private static final int GRACE_SECONDS = 10;

  private final Process process;
  private final Path log;
  private final Thread hook;

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.hook = Thread.ofPlatform().unstarted(this::end);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts {@code builder}'s command; both of its outputs go to {@code log}. */
  static Child start(ProcessBuilder builder, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETPRIV)) {
      command.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "TERM"));
    }
    command.addAll(builder.command());
    Process process =
        builder.command(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new Child(process, log);
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Waits for it to end by itself. */
  boolean ended(long time, TimeUnit unit) throws InterruptedException {
    return process.waitFor(time, unit);
  }

  /** Everything it has said so far. */
  String log() throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  /** The last lines it has said, for an error message. */
  String lastWords() throws IOException {
    List<String> lines = log().lines().toList();
    return String.join("\n  ", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This process is ending: the hook is what called us, or will find nothing left to do.
    }
  }

  private void end() {
    // Descendants are read before the parent ends: afterwards they are nobody's.
    try (Stream<ProcessHandle> below = process.descendants()) {
      List<ProcessHandle> all = below.toList();
      process.destroy();
      if (!endedInTime()) {
        process.destroyForcibly();
      }
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private boolean endedInTime() {
    try {
      return ended(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
