package org.archipel.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The real program in a JVM of its own, on the class path and the JDK of this one, with the flags
 * of the launcher. What it writes goes to files, so that no pipe can fill up and hold it back.
 */
final class Program {
  private static final String MAIN = "org.archipel.server.Main";
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseParallelGC",
          "-Xms128m",
          "-Xmx256m",
          "-XX:+ExitOnOutOfMemoryError",
          "-Dio.netty.jfr.enabled=false",
          "-Dfile.encoding=UTF-8",
          "-Dstdout.encoding=UTF-8",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");
  private static final long LIMIT_SECONDS = 60;

  private Program() {}

  /** How a command ended, and what it wrote. */
  record Ended(int status, String out, String err) {}

  /**
   * Where a command runs and what is around it.
   *
   * @param folder its working directory
   * @param flags for its JVM, after the usual ones
   * @param environment added to a clean one: nothing of Archipel's own comes from outside
   * @param launcher what starts the program instead of its main class, if anything
   */
  record Surroundings(
      Path folder, List<String> flags, Map<String, String> environment, Optional<Path> launcher) {
    Surroundings {
      flags = List.copyOf(flags);
      environment = Map.copyOf(environment);
    }

    static Surroundings in(Path folder) {
      return new Surroundings(folder, List.of(), Map.of(), Optional.empty());
    }

    Surroundings launchedBy(Path script) {
      return new Surroundings(folder, flags, environment, Optional.of(script));
    }

    Surroundings with(String variable, String value) {
      Map<String, String> more = new HashMap<>(environment);
      more.put(variable, value);
      return new Surroundings(folder, flags, more, launcher);
    }

    Surroundings withFlags(String... more) {
      return new Surroundings(folder, List.of(more), environment, launcher);
    }
  }

  /** The file that {@code name} of the JDK under test is. */
  static Path tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name);
  }

  /** Starts a command and leaves it running. */
  static Process start(Surroundings around, Path out, Path err, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (around.launcher().isPresent()) {
      command.add(around.launcher().get().toString());
    } else {
      command.add(tool("java").toString());
      command.addAll(FLAGS);
      command.addAll(around.flags());
      command.addAll(List.of("-cp", classPath(), MAIN));
    }
    command.addAll(arguments);
    return startAny(around, out, err, command);
  }

  private static Process startAny(Surroundings around, Path out, Path err, List<String> command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(around.folder().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ARCHIPEL_"));
    builder.environment().putAll(around.environment());
    return builder.start();
  }

  /** Runs a command to its end, which has to come within a minute. */
  static Ended run(Surroundings around, String... arguments) throws IOException {
    Path out = Files.createTempFile(around.folder(), "out", ".txt");
    Path err = Files.createTempFile(around.folder(), "err", ".txt");
    return ended(start(around, out, err, List.of(arguments)), out, err);
  }

  /** Runs another program to its end, in the same way. */
  static Ended runOther(Surroundings around, List<String> command) throws IOException {
    Path out = Files.createTempFile(around.folder(), "out", ".txt");
    Path err = Files.createTempFile(around.folder(), "err", ".txt");
    return ended(startAny(around, out, err, command), out, err);
  }

  private static Ended ended(Process process, Path out, Path err) throws IOException {
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "does not end: %s (expected: within %d s), stderr: %s"
                .formatted(process.info().commandLine(), LIMIT_SECONDS, Files.readString(err)));
      }
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a command was running", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Test runners hide the true class path in a jar's manifest, but say what it is. */
  static String classPath() {
    return System.getProperty(
        "surefire.test.class.path", System.getProperty("java.class.path", ""));
  }
}
