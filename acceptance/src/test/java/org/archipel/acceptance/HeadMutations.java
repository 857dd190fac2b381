package org.archipel.acceptance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Spoils request lines and headers. */
final class HeadMutations {
  private static final List<String> METHODS =
      List.of("BREW", "post", "GET\u0000", "TRACE", "CONNECT", "PRI", "DELETE", "PATCH", "", "G@T");
  private static final List<String> TARGETS =
      List.of(
          "http://other.example/v1/models",
          "https://user:secret@other.example:99/v1/chat/completions",
          "//other.example/v1/models",
          "*",
          "",
          "/v1/../v1/models",
          "/v1/%2e%2e/admin",
          "/v1/%00",
          "/v1/%zz",
          "/v1/\u00e9\u00ff",
          "/v1/mo\u0000dels",
          "/v1/models#fragment",
          "/v1/models?limit=%",
          "/" + "a".repeat(100_000));
  private static final List<String> VERSIONS =
      List.of("HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9.9", "HTTP/1.", "http/1.1", "FTP/1.1", "");
  private static final List<String> HEADERS =
      List.of(
          ": no-name",
          "No colon at all",
          "Space-Before : x",
          "Nul: a\u0000b",
          "Bare-CR: a\rb",
          "Bare-LF: a\nInjected: b",
          " Folded-First: x",
          "Folded: a\r\n  b",
          "Non-Ascii: \u00e9\u00ff",
          "N\u00e4me: x",
          "Host: second.example",
          "Host:",
          "Connection: close, keep-alive, upgrade",
          "Connection: Content-Length, Authorization",
          "Expect: the-impossible",
          "Upgrade: websocket",
          "Content-Encoding: gzip",
          "Content-Type: application/json; charset=utf-16",
          "Content-Type: \u0000",
          "Authorization: Basic ",
          "Authorization: Bearer",
          "x-api-key: " + "k".repeat(5_000),
          "x-archipel-class: \u0001urgent",
          "x-archipel-routing: everywhere",
          "x-request-id: a\tb\u007f",
          "x-request-id: " + "r".repeat(4_000),
          "Range: bytes=0-0,5-",
          "Trailer: Content-Length");

  private HeadMutations() {}

  static List<Mutation> all() {
    return List.of(
        any("odd method", pick(METHODS, RawRequest::withMethod)),
        any("odd target", pick(TARGETS, RawRequest::withTarget)),
        any("odd version", pick(VERSIONS, RawRequest::withVersion)),
        any("odd header", pick(HEADERS, (base, line) -> base.with(line))),
        any("no host", (base, random) -> base.without("host")),
        any("no content type", (base, random) -> base.without("content-type")),
        any("giant header", HeadMutations::giantHeader),
        any("many headers", HeadMutations::manyHeaders),
        any("request line of many words", HeadMutations::manyWords),
        any("upgrade to h2c", (base, random) -> h2c(base)),
        any("repeated authorization", HeadMutations::twoKeys),
        Mutation.any(
            "line ends of LF alone",
            (base, random) -> RawRequest.join(base.withLength().head("\n"), base.body())),
        Mutation.any(
            "line ends of CR alone",
            (base, random) -> RawRequest.join(base.withLength().head("\r"), base.body())),
        Mutation.any(
            "empty lines before the request",
            (base, random) ->
                RawRequest.join(
                    "\r\n".repeat(1 + random.nextInt(4)).getBytes(StandardCharsets.US_ASCII),
                    base.withLength().bytes())),
        Mutation.any(
            "head that never ends",
            (base, random) -> {
              byte[] head = base.withLength().head();
              return Arrays.copyOf(head, 1 + random.nextInt(head.length - 1));
            }),
        Mutation.any("TLS to a clear port", (base, random) -> tlsHello(random)));
  }

  @FunctionalInterface
  private interface Change {
    RawRequest apply(RawRequest base, Random random);
  }

  private static Mutation any(String name, Change change) {
    return Mutation.any(name, (base, random) -> change.apply(base, random).withLength().bytes());
  }

  private static <T> Change pick(List<T> choices, BiFunction<RawRequest, T, RawRequest> change) {
    return (base, random) -> change.apply(base, choices.get(random.nextInt(choices.size())));
  }

  private static RawRequest giantHeader(RawRequest base, Random random) {
    int size = List.of(9_000, 70_000, 1_200_000).get(random.nextInt(3));
    UnaryOperator<String> shape =
        random.nextBoolean() ? pad -> "Giant: " + pad : pad -> pad + ": giant";
    return base.with(shape.apply("g".repeat(size)));
  }

  private static RawRequest manyHeaders(RawRequest base, Random random) {
    int count = 100 + random.nextInt(3_000);
    String[] lines = new String[count];
    for (int i = 0; i < count; i++) {
      lines[i] = "Header-" + (random.nextBoolean() ? i : 0) + ": " + i;
    }
    return base.with(lines);
  }

  private static RawRequest manyWords(RawRequest base, Random random) {
    return base.withRequestLine("POST  /v1/chat/completions" + " HTTP/1.1".repeat(2));
  }

  private static RawRequest h2c(RawRequest base) {
    return base.with(
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA");
  }

  private static RawRequest twoKeys(RawRequest base, Random random) {
    return base.with("Authorization: Bearer ark-0-" + random.nextInt(), "Authorization: Bearer b");
  }

  private static byte[] tlsHello(Random random) {
    byte[] hello = new byte[200];
    random.nextBytes(hello);
    hello[0] = 0x16;
    hello[1] = 3;
    hello[2] = 1;
    return hello;
  }
}
