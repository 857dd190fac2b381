package org.archipel.federation.trust;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which addresses this site calls because somebody else said so. Metadata of strangers must not
 * make it ask a machine of its own network. Thread-safe.
 *
 * @param insecure whether anything goes, http too: for trials
 * @param loopback whether this machine may be called, by http too: this site itself is known by
 *     such an address
 * @param allowedHosts hosts that may have private addresses, in lower case
 */
record AddressRules(boolean insecure, boolean loopback, Set<String> allowedHosts) {
  private static final int LONGEST = 1024;
  private static final List<String> STRANGE =
      List.of("/../", "/./", "//", "\\", "%2e", "%2f", "%5c", "%00", ";");

  AddressRules {
    allowedHosts = Set.copyOf(allowedHosts);
  }

  /** The form of an entity id: a base URL without a query and without a slash at its end. */
  String entityId(String text) {
    URI uri = checked(text);
    if (uri.getRawQuery() != null || text.endsWith("/")) {
      throw refused(text, "an entity id without a query and without a slash at its end");
    }
    return text;
  }

  /** Checks the form of a URL before anything is looked up. */
  URI checked(String text) {
    if (text.length() > LONGEST) {
      throw refused(text, "at most " + LONGEST + " characters");
    }
    URI uri = parsed(text);
    String host = uri.getHost();
    if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw refused(text, "a host, no user and no fragment");
    }
    boolean http = "http".equals(uri.getScheme()) && (insecure || (loopback && isLoopback(host)));
    if (!http && !"https".equals(uri.getScheme())) {
      throw refused(text, "https");
    }
    String path = uri.getRawPath().toLowerCase(Locale.ROOT) + "/";
    String body = path.endsWith("//") ? path.substring(0, path.length() - 1) : path;
    if (STRANGE.stream().anyMatch(body::contains)) {
      throw refused(text, "a plain path");
    }
    return uri;
  }

  private static URI parsed(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw refused(text, "a URL");
    }
  }

  /** Looks the host up and refuses it when one of its addresses is not public. */
  void checkAddresses(URI uri) {
    String host = uri.getHost();
    if (insecure
        || allowedHosts.contains(host.toLowerCase(Locale.ROOT))
        || (loopback && isLoopback(host))) {
      return;
    }
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (!isPublic(address)) {
          throw refused(uri.toString(), "a public address, or one of federation.allowed_hosts");
        }
      }
    } catch (UnknownHostException e) {
      throw new DistrustException(Distrust.UNREACHABLE, shown(host) + " has no address", e);
    }
  }

  static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
  }

  static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    if (address instanceof Inet4Address) {
      return first != 0
          && first < 240
          && !(first == 100 && second >= 64 && second < 128)
          && !(first == 192 && second == 0 && bytes[2] == 0)
          && !(first == 198 && (second == 18 || second == 19));
    }
    // Only global unicast (2000::/3), without what embeds addresses of IPv4: 6to4 and Teredo.
    boolean teredo = first == 0x20 && second == 0x01 && bytes[2] == 0 && bytes[3] == 0;
    boolean sixToFour = first == 0x20 && second == 0x02;
    return (first & 0xe0) == 0x20 && !teredo && !sixToFour;
  }

  private static DistrustException refused(String text, String expected) {
    return new DistrustException(
        Distrust.ADDRESS_REFUSED, shown(text) + " (expected: " + expected + ")");
  }

  /** What a stranger wrote, fit for a line of a log. */
  static String shown(String text) {
    String start = text.substring(0, Math.min(200, text.length()));
    return start.replaceAll("[^\\x21-\\x7e]", "?");
  }
}
