package org.archipel.storage;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.archipel.storage.StorageException.Kind;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a PostgreSQL database is and who we are there: {@code
 * postgresql://user:password@host:5432/database?sslmode=…}.
 *
 * @param host a name or an address, an IPv6 one in brackets
 * @param parameters those of {@link #PARAMETERS} that the URL gives
 */
record PostgresUrl(
    String host,
    int port,
    String database,
    String user,
    Optional<String> password,
    Map<String, String> parameters) {
  private static final int USUAL_PORT = 5432;
  private static final int CONNECT_SECONDS = 5;
  private static final int LOGIN_SECONDS = 10;

  /** Above the server's own limit for a statement, so that it is the one to say what was slow. */
  private static final int SILENCE_SECONDS = 40;

  /** What a URL may say about the connection, named as PostgreSQL's own tools name it. */
  private static final List<String> PARAMETERS =
      List.of("sslmode", "sslrootcert", "sslcert", "sslkey");

  private static final List<String> SSL_MODES =
      List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  /** Understands a URL. Refusals never repeat it: it may hold a password. */
  static PostgresUrl parse(String url) {
    URI uri = uri(url);
    String who = uri.getRawUserInfo();
    if (uri.getHost() == null || who == null) {
      throw refused("one host and a user", "");
    }
    int colon = who.indexOf(':');
    String user = decoded(colon < 0 ? who : who.substring(0, colon));
    Optional<String> password =
        colon < 0 ? Optional.empty() : Optional.of(decoded(who.substring(colon + 1)));
    String path = Optional.ofNullable(uri.getRawPath()).orElse("");
    String database = decoded(path.startsWith("/") ? path.substring(1) : path);
    if (user.isBlank() || database.isBlank() || database.contains("/")) {
      throw refused("a user and a database", "");
    }
    int port = uri.getPort() < 0 ? USUAL_PORT : uri.getPort();
    if (port < 1 || port > 65535) {
      throw refused("a port from 1 to 65535", "");
    }
    return new PostgresUrl(uri.getHost(), port, database, user, password, parameters(uri));
  }

  private static URI uri(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw refused("no spaces", "; in user and password, write @ : / ? # % as %40 %3A %2F …");
    }
  }

  private static Map<String, String> parameters(URI uri) {
    Map<String, String> found = new TreeMap<>();
    String query = Optional.ofNullable(uri.getRawQuery()).orElse("");
    for (String part : query.isEmpty() ? List.<String>of() : List.of(query.split("&", -1))) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      if (equals < 0 || !PARAMETERS.contains(name)) {
        throw refused("behind '?' only " + String.join(", ", PARAMETERS), "");
      }
      found.put(name, decoded(part.substring(equals + 1)));
    }
    if (!SSL_MODES.contains(found.getOrDefault("sslmode", "prefer"))) {
      throw refused("sslmode one of " + String.join(", ", SSL_MODES), "");
    }
    return Map.copyOf(found);
  }

  private static String decoded(String text) {
    try {
      // In a URL's own parts, unlike in a form, '+' stands for itself.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw refused("% followed by two hexadecimal digits", "");
    }
  }

  private static StorageException refused(String expected, String advice) {
    return new StorageException(
        Kind.CONFIGURATION,
        "storage.url: postgresql:… (expected: postgresql://user:password@host:5432/database, "
            + expected
            + ")"
            + advice);
  }

  /** The address, without who we are there. */
  String shown() {
    return "postgresql://" + host + ":" + port + "/" + database;
  }

  /** New connections, which give up in bounded time when the server is silent. */
  PGSimpleDataSource connections() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {host});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName(database);
    source.setUser(user);
    password.ifPresent(source::setPassword);
    source.setApplicationName("archipel");
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setLoginTimeout(LOGIN_SECONDS);
    source.setSocketTimeout(SILENCE_SECONDS);
    source.setTcpKeepAlive(true);
    // The server's details repeat stored values.
    source.setLogServerErrorDetail(false);
    // Large answers come in pieces and not all at once into memory.
    source.setDefaultRowFetchSize(1_000);
    try {
      for (var parameter : parameters.entrySet()) {
        source.setProperty(parameter.getKey(), parameter.getValue());
      }
    } catch (SQLException e) {
      throw new IllegalStateException("a parameter that the driver does not know", e);
    }
    return source;
  }

  @Override
  public String toString() {
    return shown();
  }
}
