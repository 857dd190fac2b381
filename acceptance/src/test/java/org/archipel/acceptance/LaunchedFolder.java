package org.archipel.acceptance;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A folder as the launcher finds it after a build: the script, and the program's jars where it
 * looks for them. The sources next to it are left out, so that it has nothing to build.
 */
final class LaunchedFolder {
  private LaunchedFolder() {}

  /** Makes such a folder and gives the launcher in it; empty where the sources have none. */
  static Optional<Path> in(Path folder) throws IOException {
    Path script = Path.of("..", "archipel");
    if (!Files.isExecutable(script)) {
      return Optional.empty();
    }
    Path distribution = folder.resolve("server/target/archipel");
    Path jars = Files.createDirectories(distribution.resolve("lib"));
    int number = 0;
    for (String entry : Program.classPath().split(File.pathSeparator, -1)) {
      Path path = Path.of(entry).toAbsolutePath();
      if (Files.isDirectory(path)) {
        pack(folder, path, jars.resolve("classes-" + number + ".jar"));
      } else if (Files.isRegularFile(path)) {
        Files.copy(path, jars.resolve(number + "-" + path.getFileName()));
      }
      number++;
    }
    Files.createFile(distribution.resolve("built"));
    return Optional.of(
        Files.copy(script, folder.resolve("archipel"), StandardCopyOption.COPY_ATTRIBUTES));
  }

  /** Modules that were compiled and not packaged are folders; the launcher wants jars. */
  private static void pack(Path folder, Path classes, Path jar) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(Program.tool("jar").toString(), "--create", "--file"));
    command.addAll(List.of(jar.toString(), "-C", classes.toString(), "."));
    Program.Ended ended = Program.runOther(Program.Surroundings.in(folder), command);
    if (ended.status() != 0) {
      throw new IllegalStateException("jar: " + ended.err());
    }
  }
}
