package org.archipel.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.archipel.storage.StorageException.Kind;

/**
 * The migration scripts that one room brings on the class path, in {@code db/<room>/}. A script is
 * for every database; where that is impossible there are two of the same version, {@code
 * V3__words.sqlite.sql} and {@code V3__words.postgresql.sql}.
 */
final class Migrations {
  private static final String EXPECTED = " (expected: V<number>__<words>.sql)";
  private static final List<String> DIALECTS = List.of("sqlite", "postgresql");
  private static final Pattern SCRIPT =
      Pattern.compile("V([1-9][0-9]{0,8})__[A-Za-z0-9_]+(?:\\.(sqlite|postgresql))?\\.sql");

  private Migrations() {}

  /**
   * One script.
   *
   * @param version at least 1, unique in its room
   * @param path its path on the class path
   */
  record Script(int version, String path, String sql) {
    /** What Flyway stores of a script: a CRC-32 of its lines, without their ends. */
    int checksum() {
      CRC32 crc = new CRC32();
      try (BufferedReader lines = new BufferedReader(new StringReader(sql))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          crc.update(line.getBytes(StandardCharsets.UTF_8));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return (int) crc.getValue();
    }
  }

  /** A script as it is found, for one kind of database or for all. */
  private record Found(Script script, Optional<String> dialect) {}

  /**
   * The scripts of a room that a kind of database needs, by rising version; at least one.
   *
   * @param dialect {@code sqlite} or {@code postgresql}
   */
  static List<Script> of(String room, String dialect, ClassLoader loader) {
    String folder = "db/" + room;
    URL url = loader.getResource(folder);
    if (url == null) {
      throw new StorageException(Kind.SCHEMA, folder + " (expected: a folder on the class path)");
    }
    try {
      List<Found> all = new ArrayList<>();
      for (String name : names(url)) {
        all.add(found(folder, name, loader));
      }
      List<Script> scripts = scripts(folder, all, dialect);
      for (String other : DIALECTS) {
        if (!versions(scripts(folder, all, other)).equals(versions(scripts))) {
          throw new StorageException(
              Kind.SCHEMA, folder + " (expected: the same versions for each kind of database)");
        }
      }
      return scripts;
    } catch (IOException e) {
      throw new StorageException(Kind.SCHEMA, folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Script> scripts(String folder, List<Found> all, String dialect) {
    List<Script> scripts =
        all.stream()
            .filter(found -> found.dialect.orElse(dialect).equals(dialect))
            .map(Found::script)
            .sorted(Comparator.comparingInt(Script::version))
            .toList();
    checkVersions(folder, scripts);
    return scripts;
  }

  private static List<Integer> versions(List<Script> scripts) {
    return scripts.stream().map(Script::version).toList();
  }

  private static void checkVersions(String folder, List<Script> scripts) {
    if (scripts.isEmpty()) {
      throw new StorageException(Kind.SCHEMA, folder + ": no scripts (expected: at least one)");
    }
    for (int i = 1; i < scripts.size(); i++) {
      if (scripts.get(i).version() == scripts.get(i - 1).version()) {
        throw new StorageException(
            Kind.SCHEMA, scripts.get(i).path() + " (expected: each version once)");
      }
    }
  }

  private static Found found(String folder, String name, ClassLoader loader) throws IOException {
    Matcher matcher = SCRIPT.matcher(name);
    if (!matcher.matches()) {
      throw new StorageException(Kind.SCHEMA, folder + "/" + name + EXPECTED);
    }
    String path = folder + "/" + name;
    try (var in = loader.getResourceAsStream(path)) {
      if (in == null) {
        throw new IOException(path + " has disappeared");
      }
      String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Script script = new Script(Integer.parseInt(matcher.group(1)), path, sql);
      return new Found(script, Optional.ofNullable(matcher.group(2)));
    }
  }

  /** Names of the files in a folder of the class path, be it on disk, in a jar or in an image. */
  private static List<String> names(URL folder) throws IOException {
    URLConnection connection = folder.openConnection();
    if (connection instanceof JarURLConnection inJar) {
      return namesInJar(inJar);
    }
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static List<String> namesInJar(JarURLConnection connection) throws IOException {
    connection.setUseCaches(false);
    String entry = connection.getEntryName();
    String prefix = entry.endsWith("/") ? entry : entry + "/";
    try (JarFile jar = connection.getJarFile()) {
      return jar.stream()
          .map(file -> file.getName())
          .filter(name -> name.startsWith(prefix) && name.length() > prefix.length())
          .map(name -> name.substring(prefix.length()))
          .toList();
    }
  }
}
