package org.archipel.server.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the site keeps what it must not forget. Relative paths count from the working directory.
 *
 * @param data folder of the administrator's token and of the lock against a second start
 * @param url the database; may hold a password, so it is never shown
 * @param journal folder of the usage journal
 */
public record StorageConfig(Path data, String url, Path journal) {
  /** Below the working directory. */
  public static final Path DEFAULT_DATA = Path.of("data");

  private static final String SQLITE = "sqlite:";

  /** Everything below one folder. */
  public static StorageConfig in(Path data) {
    return new StorageConfig(data, SQLITE + data.resolve("archipel.db"), data.resolve("journal"));
  }

  static StorageConfig read(Section section, Optional<Path> dataOverride) {
    try (section) {
      Optional<String> url = section.find("url", Forms.STORAGE_URL);
      Optional<Path> configured = section.find("data", Forms.PATH);
      // Next to the database is where an operator who only gives its URL will look.
      Path data =
          dataOverride
              .or(() -> configured)
              .or(() -> url.flatMap(StorageConfig::folder))
              .orElse(DEFAULT_DATA);
      StorageConfig usual = in(data);
      return new StorageConfig(
          data, url.orElse(usual.url), section.find("journal", Forms.PATH).orElse(usual.journal));
    }
  }

  private static Optional<Path> folder(String url) {
    return file(url).flatMap(file -> Optional.ofNullable(file.getParent()));
  }

  /** The file of a database that is one. */
  public static Optional<Path> file(String url) {
    return url.startsWith(SQLITE)
        ? Optional.of(Path.of(url.substring(SQLITE.length())))
        : Optional.empty();
  }

  /**
   * A database's URL from elsewhere than a configuration file, with the same rules.
   *
   * @param text in which <code>${NAME}</code> reads the environment
   * @return empty when it is none, or a variable is not set
   */
  public static Optional<String> url(String text, Map<String, String> environment) {
    return switch (new Placeholders(environment).expand(text)) {
      case Placeholders.Expanded expanded -> Forms.STORAGE_URL.parse().apply(expanded.text());
      case Placeholders.Unusable _ -> Optional.empty();
    };
  }

  /** The database as it may be shown. */
  public String shownUrl() {
    return url.replaceFirst("//[^/@]*@", "//…@");
  }

  @Override
  public String toString() {
    return "StorageConfig[" + data + ", " + shownUrl() + ", " + journal + "]";
  }
}
