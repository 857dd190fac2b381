package org.archipel.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process holds, seen from outside after a full collection. Linux only; the process needs
 * {@value #FLAG}.
 *
 * @param residentKilobytes of all its memory
 * @param directKilobytes of memory outside the heap that its code asked for: buffers
 * @param sockets open ones, of listeners and connections
 */
record ProcessMemory(long residentKilobytes, long directKilobytes, long sockets) {
  /** The flag that makes a JVM count its own memory. */
  static final String FLAG = "-XX:NativeMemoryTracking=summary";

  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern DIRECT =
      Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB");

  static ProcessMemory of(long pid, Path folder) throws IOException {
    var _ = ask(pid, folder, "GC.run");
    var _ = ask(pid, folder, "GC.run");
    String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
    return new ProcessMemory(
        number(RESIDENT, status),
        number(DIRECT, ask(pid, folder, "VM.native_memory", "summary")),
        sockets(pid));
  }

  /** Open sockets of a process, now. */
  static long sockets(long pid) {
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return files.filter(ProcessMemory::isSocket).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      // Closed meanwhile.
      return false;
    }
  }

  private static String ask(long pid, Path folder, String... question) throws IOException {
    List<String> command =
        Stream.concat(
                Stream.of(Program.tool("jcmd").toString(), Long.toString(pid)), Stream.of(question))
            .toList();
    Program.Ended ended = Program.runOther(Program.Surroundings.in(folder), command);
    if (ended.status() != 0) {
      throw new IllegalStateException("jcmd: " + ended.out() + ended.err());
    }
    return ended.out();
  }

  private static long number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException(pattern + " is not in: " + text);
    }
    return Long.parseLong(matcher.group(1));
  }
}
