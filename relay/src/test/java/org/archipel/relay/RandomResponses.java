package org.archipel.relay;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;

/** Responses as engines might write them, with everything that HTTP/1.1 leaves to taste. */
final class RandomResponses {
  /** What a reader could take for framing. */
  private static final String LETTERS = "\r\n0abc: {}\u00e9";

  private final Random random;

  RandomResponses(Random random) {
    this.random = random;
  }

  /** A few responses on one connection; the last one may end with it. */
  byte[] connection() {
    StringBuilder text = new StringBuilder();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      if (chance(8)) {
        text.append(interim());
      }
      response(text, i == count - 1);
      text.append(chance(10) ? "\r\n" : "");
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Places to cut so many bytes at. */
  List<Integer> cuts(int length) {
    TreeSet<Integer> places = new TreeSet<>();
    int count = chance(4) ? length : random.nextInt(8);
    for (int i = 0; i < count; i++) {
      places.add(random.nextInt(length + 1));
    }
    return new ArrayList<>(places);
  }

  /** Changes a few bytes. */
  byte[] damaged(byte[] bytes) {
    byte[] damaged = bytes.clone();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      byte[] likely = {'\r', '\n', ' ', ':', ';', '0', 'f', 'F', 0, -1, '\t', ','};
      damaged[random.nextInt(damaged.length)] = likely[random.nextInt(likely.length)];
    }
    return damaged;
  }

  private String interim() {
    return chance(2)
        ? "HTTP/1.1 100 Continue\r\n\r\n"
        : "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  }

  private void response(StringBuilder text, boolean last) {
    String feed = chance(6) ? "\n" : "\r\n";
    int[] statuses = {200, 200, 200, 201, 204, 304, 400, 404, 500, 503};
    int status = statuses[random.nextInt(statuses.length)];
    text.append("HTTP/1.1 ").append(status).append(chance(5) ? " " : " Some Words").append(feed);
    header(text, "Date", "Sun, 22 Nov 2026 10:00:00 GMT", feed);
    header(text, "Content-Type", chance(2) ? "application/json" : "text/event-stream", feed);
    if (chance(6)) {
      header(text, "X-Empty", "", feed);
    }
    if (chance(6)) {
      header(text, "Connection", chance(2) ? "close" : "keep-alive, Foo", feed);
    }
    if (status == 204 || status == 304) {
      text.append(feed);
    } else if (chance(2)) {
      chunked(text, feed);
    } else if (last && chance(3)) {
      text.append(feed).append(body(random.nextInt(40)));
    } else {
      int length = random.nextInt(chance(5) ? 3000 : 60);
      header(text, "Content-Length", Integer.toString(length), feed);
      text.append(feed).append(body(length));
    }
  }

  private void chunked(StringBuilder text, String feed) {
    header(text, "Transfer-Encoding", chance(4) ? "Chunked" : "chunked", feed);
    text.append(feed);
    // Netty takes no bare line feeds between chunks.
    for (int i = random.nextInt(6); i > 0; i--) {
      int length = 1 + random.nextInt(chance(5) ? 2000 : 40);
      String size = Integer.toHexString(length);
      text.append(chance(4) ? "00" : "")
          .append(chance(4) ? size.toUpperCase(Locale.ROOT) : size)
          .append(chance(6) ? ";name=\"a value\"" : "")
          .append("\r\n")
          .append(body(length))
          .append("\r\n");
    }
    text.append("0").append("\r\n").append(chance(5) ? "X-Trailer: a\r\n" : "").append("\r\n");
  }

  private void header(StringBuilder text, String name, String value, String feed) {
    String shown = chance(4) ? name.toLowerCase(Locale.ROOT) : name;
    text.append(shown).append(chance(6) ? ":" : ": ").append(value);
    text.append(chance(8) ? "  " : "").append(feed);
  }

  private String body(int length) {
    StringBuilder body = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      body.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return body.toString();
  }

  private boolean chance(int outOf) {
    return random.nextInt(outOf) == 0;
  }
}
