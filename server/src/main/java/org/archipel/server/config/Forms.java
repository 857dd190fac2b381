package org.archipel.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The forms that values of the configuration have. */
final class Forms {
  private static final Pattern SLUG = Pattern.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?");
  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}");
  private static final Pattern ENGINE = Pattern.compile("[A-Za-z0-9\\[][]A-Za-z0-9._:-]{0,99}");
  private static final Pattern DEVICE = Pattern.compile("[a-z0-9][a-z0-9.-]{0,62}");

  private static final Pattern UNIT = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,15}");
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

  private Forms() {}

  /** Names of sites, organizations and labels. */
  static final Form<String> NAME =
      matching(SLUG, "1 to 64 lower-case letters, digits and hyphens, as in univ-rennes");

  static final Form<String> MODEL_NAME =
      matching(MODEL, "1 to 200 letters, digits and any of . _ : / @ + -, as in mistral-small");

  static final Form<String> ENGINE_ID =
      matching(ENGINE, "1 to 100 letters, digits and any of . _ : -, as in gpu1");

  static final Form<String> DEVICE_NAME =
      matching(DEVICE, "lower-case letters, digits, dots and hyphens, as in h100-sxm");

  static final Form<String> HEADER_NAME =
      matching(HEADER, "1 to 64 letters, digits and hyphens, as in x-chat");

  static final Form<String> CURRENCY =
      matching(UNIT, "a letter, then at most 15 letters, digits or hyphens, as in EUR or parts");

  static final Form<String> TEXT =
      Form.of(
          "1 to 200 printable characters",
          text -> keep(text, printable(text) && !text.isBlank() && text.length() <= 200));

  /** What goes into a header to an engine: anything visible in ASCII. */
  static final Form<String> SECRET =
      new Form<>(
          "1 to 4096 visible ASCII characters",
          true,
          text -> keep(text, text.length() <= 4096 && text.matches("[\\x21-\\x7e]+")));

  static final Form<Path> PATH = Form.of("a path", Forms::path);

  static final Form<HostPort> ADDRESS =
      Form.of("HOST:PORT, as in 127.0.0.1:8080 or [::1]:8080", HostPort::parse);

  static final Form<URI> ENGINE_URL =
      Form.of(
          "http:// or https://, a host, and a port if needed, as in http://gpu1:8000",
          Forms::engineUrl);

  /** How sites and anchors are known; which of them may be http is for the reader to say. */
  static final Form<String> ENTITY_URL =
      Form.of(
          "an https:// URL without a query and without a slash at its end",
          text ->
              uri(text)
                  .filter(u -> "https".equals(u.getScheme()) || "http".equals(u.getScheme()))
                  .filter(u -> u.getHost() != null && u.getUserInfo() == null)
                  .filter(u -> u.getQuery() == null && u.getFragment() == null)
                  .filter(_ -> !text.endsWith("/") && text.length() <= 1000)
                  .map(URI::toString));

  /** A JWK set, or the path of a file with one. */
  static final Form<String> TEXT_OF_KEYS =
      Form.of(
          "a JWK set, or the path of a file with one",
          text -> keep(text, !text.isBlank() && printable(text) && text.length() <= 64 * 1024));

  /** May hold a token in its path or query. */
  static final Form<URI> WEBHOOK_URL =
      new Form<>(
          "an http:// or https:// URL",
          true,
          text ->
              uri(text)
                  .filter(u -> "http".equals(u.getScheme()) || "https".equals(u.getScheme()))
                  .filter(u -> u.getHost() != null && u.getUserInfo() == null));

  /** Sign-in over plain HTTP is for tests on one machine. */
  static final Form<URI> SIGN_IN_URL =
      Form.of(
          "an https:// URL (or http:// on this machine), without a query",
          text ->
              uri(text)
                  .filter(u -> u.getHost() != null && u.getQuery() == null)
                  .filter(
                      u ->
                          "https".equals(u.getScheme())
                              || ("http".equals(u.getScheme())
                                  && List.of("localhost", "127.0.0.1", "[::1]")
                                      .contains(u.getHost()))));

  /** The database may carry a password. */
  static final Form<String> STORAGE_URL =
      new Form<>(
          "sqlite:PATH, as in sqlite:data/archipel.db, or"
              + " postgresql://user:password@host:5432/database",
          true,
          text ->
              keep(
                  text,
                  printable(text)
                      && (text.matches("sqlite:.+") || text.matches("postgres(ql)?://.+"))));

  static final Form<Boolean> TRUE_OR_FALSE =
      Form.of(
          "true or false",
          text -> keep(text.equals("true"), text.equals("true") || text.equals("false")));

  static Form<Integer> integer(int min, int max) {
    String expected = max == Integer.MAX_VALUE ? ">= " + min : min + " to " + max;
    return Form.of(
        expected,
        text -> {
          try {
            int value = Integer.parseInt(text);
            return keep(value, value >= min && value <= max);
          } catch (NumberFormatException e) {
            return Optional.empty();
          }
        });
  }

  static Form<Double> decimal(double min, double max) {
    return Form.of(
        "a number from %s to %s".formatted(plain(min), plain(max)),
        text -> {
          try {
            // Not what Java reads beyond that: NaN, hexadecimal, 1d.
            double value = Double.parseDouble(text);
            boolean plain = text.matches("-?[0-9]+([.][0-9]+)?");
            return keep(value, plain && value >= min && value <= max);
          } catch (NumberFormatException e) {
            return Optional.empty();
          }
        });
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
  }

  static Form<Duration> duration(Duration min, Duration max) {
    String expected =
        Quantities.DURATION_FORM
            + ", from "
            + Quantities.write(min)
            + " to "
            + Quantities.write(max);
    return Form.of(
        expected,
        text ->
            Quantities.duration(text).filter(d -> d.compareTo(min) >= 0 && d.compareTo(max) <= 0));
  }

  static Form<Long> bytes(long min, long max) {
    return Form.of(
        "%s, from %d to %d bytes".formatted(Quantities.SIZE_FORM, min, max),
        text -> Quantities.bytes(text).filter(n -> n >= min && n <= max));
  }

  /** One of an enum's words, which are its names in lower case. */
  static <E extends Enum<E>> Form<E> word(Class<E> type) {
    Function<E, String> word = value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    String words =
        Arrays.stream(type.getEnumConstants()).map(word).collect(Collectors.joining(", "));
    return Form.of(
        "one of " + words,
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(value -> word.apply(value).equals(text))
                .findFirst());
  }

  private static Form<String> matching(Pattern pattern, String expected) {
    return Form.of(expected, text -> keep(text, pattern.matcher(text).matches()));
  }

  private static Optional<URI> engineUrl(String text) {
    return uri(text)
        .filter(u -> "http".equals(u.getScheme()) || "https".equals(u.getScheme()))
        .filter(u -> u.getHost() != null && u.getPort() != 0 && u.getPort() <= 65535)
        // Credentials in a URL would end in logs and answers; api_key is the place for them.
        .filter(u -> u.getUserInfo() == null && u.getQuery() == null && u.getFragment() == null)
        .map(Forms::base);
  }

  /** Without the trailing slash and the {@code /v1} that people paste along. */
  private static URI base(URI url) {
    String text = url.toString().replaceAll("/+$", "");
    return URI.create(text.endsWith("/v1") ? text.substring(0, text.length() - 3) : text);
  }

  private static Optional<URI> uri(String text) {
    try {
      return Optional.of(new URI(text));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static Optional<Path> path(String text) {
    try {
      return text.isBlank() || !printable(text) ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static boolean printable(String text) {
    return text.codePoints().noneMatch(Character::isISOControl);
  }

  private static <T> Optional<T> keep(T value, boolean good) {
    return good ? Optional.of(value) : Optional.empty();
  }
}
