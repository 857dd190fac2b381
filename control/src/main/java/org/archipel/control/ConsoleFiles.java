package org.archipel.control;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files of the console as its build left them on the class path, compressed beforehand. They
 * are read when they are first asked for, and kept. Thread-safe.
 */
final class ConsoleFiles {
  private static final String FOLDER = "/org/archipel/console/";
  private static final String MANIFEST = "manifest.json";

  /**
   * What the build says of itself.
   *
   * @param pages first parts of the paths under which the application shows its pages
   * @param files all files but the page itself
   */
  private record Manifest(List<String> pages, List<Entry> files) {}

  /**
   * One file.
   *
   * @param path as it is asked for, without the slash in front
   * @param type its media type
   * @param hashed whether its name changes with its content
   * @param encodings in which it is there beside the plain one, best first: {@code br}, {@code
   *     gzip}
   */
  record Entry(String path, String type, boolean hashed, List<String> encodings) {
    Entry {
      encodings = List.copyOf(encodings);
    }
  }

  /**
   * A file as it is sent.
   *
   * @param encoding empty when it is plain
   */
  record Content(Entry entry, Optional<String> encoding, byte[] bytes) {}

  private final List<String> pages;
  private final Map<String, Entry> files = new LinkedHashMap<>();
  private final Map<String, byte[]> read = new ConcurrentHashMap<>();

  private ConsoleFiles(Manifest manifest) {
    this.pages = List.copyOf(manifest.pages());
    manifest.files().forEach(file -> files.put(file.path(), file));
  }

  /** The console of this build; empty when it was built without one. */
  static Optional<ConsoleFiles> find() {
    try (InputStream manifest = ConsoleFiles.class.getResourceAsStream(FOLDER + MANIFEST)) {
      return manifest == null
          ? Optional.empty()
          : Optional.of(new ConsoleFiles(new ObjectMapper().readValue(manifest, Manifest.class)));
    } catch (IOException e) {
      throw new UncheckedIOException("the console's manifest cannot be read", e);
    }
  }

  /** First parts of the paths under which the application shows its pages. */
  List<String> pages() {
    return pages;
  }

  /** Paths of all files, without the slash in front. */
  List<String> paths() {
    return List.copyOf(files.keySet());
  }

  /**
   * A file, in the best form that the caller takes.
   *
   * @param accepted the caller's {@code accept-encoding}
   */
  Optional<Content> find(String path, String accepted) {
    return Optional.ofNullable(files.get(path))
        .map(
            entry -> {
              Optional<String> encoding =
                  entry.encodings().stream().filter(word -> takes(accepted, word)).findFirst();
              return new Content(
                  entry, encoding, bytes(path + encoding.map(ConsoleFiles::suffix).orElse("")));
            });
  }

  /** The page that holds the application. */
  byte[] page() {
    return bytes("index.html");
  }

  private static String suffix(String encoding) {
    return encoding.equals("gzip") ? ".gz" : "." + encoding;
  }

  /** Whether an encoding is named, and not to be left out ({@code br;q=0}). */
  private static boolean takes(String accepted, String encoding) {
    int at = accepted.indexOf(encoding);
    return at >= 0 && !accepted.startsWith(";q=0", at + encoding.length());
  }

  private byte[] bytes(String name) {
    return read.computeIfAbsent(
        name,
        _ -> {
          try (InputStream file = ConsoleFiles.class.getResourceAsStream(FOLDER + name)) {
            if (file == null) {
              throw new IllegalStateException(
                  name + " is in the console's manifest, and not there");
            }
            return file.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException("a file of the console cannot be read", e);
          }
        });
  }
}
