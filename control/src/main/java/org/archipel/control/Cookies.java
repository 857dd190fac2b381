package org.archipel.control;

import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The cookies of the listener. Scripts cannot read them and other sites' requests do not carry them
 * (except a link that is followed). Over an encrypted connection their names say that they are for
 * this host alone.
 */
final class Cookies {
  private static final String SESSION = "archipel-session";
  private static final String LOGIN = "archipel-login";
  private static final int LONGEST = 4096;

  private final boolean encrypted;

  Cookies(PublicAddress address) {
    this.encrypted = address.encrypted();
  }

  /** The token of the browser's session, if it sends one. */
  Optional<String> session(RequestHeaders headers) {
    return find(headers, name(SESSION));
  }

  /** What the browser keeps while somebody is at the provider. */
  Optional<String> login(RequestHeaders headers) {
    return find(headers, name(LOGIN));
  }

  Json.Header setSession(String token) {
    return header(name(SESSION), token, Optional.empty());
  }

  Json.Header clearSession() {
    return header(name(SESSION), "", Optional.of(0L));
  }

  Json.Header setLogin(String sealed, long seconds) {
    return header(name(LOGIN), sealed, Optional.of(seconds));
  }

  Json.Header clearLogin() {
    return header(name(LOGIN), "", Optional.of(0L));
  }

  /** What a page must say with a change, so that no other site can make it: made of the session. */
  static String csrfToken(String session) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("archipel csrf 1 " + session).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private String name(String plain) {
    return encrypted ? "__Host-" + plain : plain;
  }

  private Json.Header header(String name, String value, Optional<Long> maxAge) {
    StringBuilder cookie = new StringBuilder(name).append('=').append(value);
    cookie.append("; Path=/; HttpOnly; SameSite=Lax");
    if (encrypted) {
      cookie.append("; Secure");
    }
    maxAge.ifPresent(seconds -> cookie.append("; Max-Age=").append(seconds));
    return new Json.Header(HttpHeaderNames.SET_COOKIE, cookie.toString());
  }

  /** Two cookies of one name are the work of somebody else: neither counts. */
  private static Optional<String> find(RequestHeaders headers, String name) {
    List<String> values =
        headers.cookies().stream()
            .filter(cookie -> cookie.name().equals(name))
            .map(Cookie::value)
            .filter(value -> !value.isEmpty() && value.length() <= LONGEST)
            .toList();
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }
}
