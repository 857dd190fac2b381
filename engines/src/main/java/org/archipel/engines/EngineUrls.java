package org.archipel.engines;

import java.net.URI;
import java.util.Locale;

/** What an engine's base URL must look like, and what to call the engine behind one. */
final class EngineUrls {
  private static final String EXPECTED =
      " (expected: http://HOST:PORT or https://HOST:PORT, without user, query, /v1 or final slash)";

  private EngineUrls() {}

  /** Refuses what is no base URL. */
  static URI checked(URI url) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    boolean sound =
        (scheme.equals("http") || scheme.equals("https"))
            && url.getHost() != null
            && url.getUserInfo() == null
            && url.getQuery() == null
            && url.getFragment() == null
            && !url.getPath().endsWith("/")
            && !url.getPath().endsWith("/v1");
    if (!sound) {
      // The user part may hold a password.
      String shown = url.getRawUserInfo() == null ? url.toString() : "a URL with a user in it";
      throw new IllegalArgumentException("url: " + shown + EXPECTED);
    }
    return url;
  }

  /** The base URL in what people paste: a final slash or {@code /v1} is dropped. */
  static URI base(URI pasted) {
    String text = pasted.toString();
    while (text.endsWith("/")) {
      text = text.substring(0, text.length() - 1);
    }
    if (text.endsWith("/v1")) {
      text = text.substring(0, text.length() - "/v1".length());
    }
    return checked(URI.create(text));
  }

  /** Host and port, printable. */
  static String hostAndPort(URI url) {
    int standard = "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
    return url.getHost() + ":" + (url.getPort() < 0 ? standard : url.getPort());
  }
}
