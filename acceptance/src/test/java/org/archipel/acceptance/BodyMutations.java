package org.archipel.acceptance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;

/** Spoils bodies, whose length stays right: JSON, multipart, and bytes of any kind. */
final class BodyMutations {
  private static final List<String> NO_OBJECTS =
      List.of(
          " ", "null", "true", "42", "\"text\"", "[]", "[{}]", "{", "}", "{]", "{}{", "model=x");
  private static final List<String> MODELS =
      List.of(
          "null",
          "42",
          "true",
          "{}",
          "[\"a\"]",
          "\"\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"../../etc/passwd\"",
          "\"" + "m".repeat(70_000) + "\"",
          "1e999",
          "\"a\\nb\\r\\nc\"");
  private static final List<String> FIELDS =
      List.of(
          "\"stream\":\"yes\"",
          "\"stream\":null",
          "\"stream\":[true]",
          "\"stream_options\":true",
          "\"stream_options\":{\"include_usage\":7}",
          "\"stream_options\":null",
          "\"max_tokens\":-1",
          "\"max_tokens\":1e308",
          "\"max_tokens\":99999999999999999999999999",
          "\"max_completion_tokens\":\"many\"",
          "\"n\":1000000",
          "\"n\":-1",
          "\"priority\":\"high\"",
          "\"priority\":" + "9".repeat(400),
          "\"routing-mode\":\"somewhere\"",
          "\"user\":{\"name\":1}",
          "\"mod\\u0065l\":\"other\"",
          "\"temperature\":NaN",
          "\"seed\":Infinity",
          "\"x\":'single'",
          "/* comment */\"x\":1",
          "\"x\":01",
          "\"x\":\"\u0001\u0002\"",
          "\"" + "k".repeat(100_000) + "\":1",
          "\"messages\":null",
          "\"input\":{}");
  private static final byte[][] BAD_UTF8 = {
    {(byte) 0xff}, {(byte) 0xc0, (byte) 0x80}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
    {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, {(byte) 0xe2, (byte) 0x82}, {0}
  };

  private BodyMutations() {}

  /** For any body. */
  static List<Mutation> all() {
    return List.of(
        Mutation.any("bytes flipped", (base, random) -> flipped(base.withLength().bytes(), random)),
        any("bytes of the body flipped", (base, random) -> flipped(base.body(), random)),
        any("body cut", BodyMutations::cut),
        any("part of the body twice", BodyMutations::repeated),
        any("part of the body missing", BodyMutations::holed),
        any("random body", BodyMutations::noise),
        any("no body", (base, random) -> new byte[0]));
  }

  /** For a body that is a JSON object. */
  static List<Mutation> json() {
    return List.of(
        json("no JSON object", Mutation.Expectation.REFUSED, (b, r) -> pick(NO_OBJECTS, r)),
        json("odd model", Mutation.Expectation.ANY, BodyMutations::oddModel),
        json("odd field", Mutation.Expectation.ANY, (b, r) -> first(b, pick(FIELDS, r))),
        json("odd field at the end", Mutation.Expectation.ANY, (b, r) -> last(b, pick(FIELDS, r))),
        json("model twice", Mutation.Expectation.ANY, (b, r) -> last(b, "\"model\":\"other\"")),
        json("deep arrays", Mutation.Expectation.ANY, (b, r) -> last(b, nested(r, "[", "]"))),
        json(
            "deep objects", Mutation.Expectation.ANY, (b, r) -> last(b, nested(r, "{\"a\":", "}"))),
        json("deep and open", Mutation.Expectation.REFUSED, (b, r) -> "{\"a\":".repeat(50_000)),
        json(
            "long string",
            Mutation.Expectation.ANY,
            (b, r) -> last(b, "\"x\":\"" + "y".repeat(2_000_000) + "\"")),
        json("text after the object", Mutation.Expectation.ANY, (b, r) -> b + pick(NO_OBJECTS, r)),
        json("byte order mark", Mutation.Expectation.ANY, (b, r) -> "\ufeff" + b),
        any("bad UTF-8", BodyMutations::badUtf8),
        any("UTF-16", (base, random) -> base.text().getBytes(StandardCharsets.UTF_16)));
  }

  /** For a body of several parts. */
  static List<Mutation> multipart() {
    return List.of(
        header("boundary missing", "multipart/form-data"),
        header("boundary empty", "multipart/form-data; boundary="),
        header("boundary of another", "multipart/form-data; boundary=other"),
        header("boundary open", "multipart/form-data; boundary=\"" + BaseRequests.BOUNDARY),
        header("boundary endless", "multipart/form-data; boundary=" + "b".repeat(10_000)),
        header("boundary of odd bytes", "multipart/form-data; boundary=\"\u0000\u00e9\""),
        header("multipart that claims to be JSON", "application/json"),
        parts("no closing boundary", "--" + BaseRequests.BOUNDARY + "--", ""),
        parts("no blank line", "\r\n\r\n", "\r\n"),
        parts("line ends of LF alone", "\r\n", "\n"),
        parts("parts without names", "name=", "nome="),
        parts("no model", "name=\"model\"", "name=\"modal\""),
        parts("two models", "name=\"language\"", "name=\"model\""),
        parts("name that breaks out", "name=\"language\"", "name=\"a\\\"; filename=\"../../b\""),
        parts("NUL in a part's head", "Content-Disposition", "Content\u0000Disposition"),
        parts("giant head of a part", "name=\"language\"", "name=\"" + "l".repeat(200_000) + "\""));
  }

  @FunctionalInterface
  private interface Text {
    String make(String body, Random random);
  }

  private static Mutation json(String name, Mutation.Expectation expectation, Text text) {
    return new Mutation(
        name,
        expectation,
        (base, random) -> base.withBody(text.make(base.text(), random)).withLength().bytes());
  }

  private static Mutation any(String name, Mutation.Maker body) {
    return Mutation.any(
        name, (base, random) -> base.withBody(body.make(base, random)).withLength().bytes());
  }

  private static Mutation header(String name, String type) {
    return Mutation.any(
        name,
        (base, random) ->
            base.without("content-type").with("Content-Type: " + type).withLength().bytes());
  }

  private static Mutation parts(String name, String what, String with) {
    return Mutation.any(
        name,
        (base, random) -> {
          // One character for each byte, so that sound survives the detour through text.
          String body = new String(base.body(), StandardCharsets.ISO_8859_1);
          byte[] other = body.replace(what, with).getBytes(StandardCharsets.ISO_8859_1);
          return base.withBody(other).withLength().bytes();
        });
  }

  private static String oddModel(String body, Random random) {
    return body.replaceFirst(
        "\"model\":\"[^\"]*\"", Matcher.quoteReplacement("\"model\":" + pick(MODELS, random)));
  }

  private static String first(String body, String field) {
    return "{" + field + "," + body.substring(1);
  }

  private static String last(String body, String field) {
    return body.substring(0, body.length() - 1) + "," + field + "}";
  }

  private static String nested(Random random, String open, String close) {
    int depth = List.of(100, 1_100, 100_000).get(random.nextInt(3));
    return "\"x\":" + open.repeat(depth) + "1" + close.repeat(depth);
  }

  private static byte[] badUtf8(RawRequest base, Random random) {
    byte[] body = base.body();
    int at = 1 + random.nextInt(body.length - 1);
    return RawRequest.join(
        Arrays.copyOf(body, at),
        BAD_UTF8[random.nextInt(BAD_UTF8.length)],
        Arrays.copyOfRange(body, at, body.length));
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    int flips = 1 + random.nextInt(8);
    for (int i = 0; i < flips && bytes.length > 0; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static byte[] cut(RawRequest base, Random random) {
    byte[] body = base.body();
    return Arrays.copyOf(body, random.nextInt(Math.max(1, body.length)));
  }

  private static byte[] repeated(RawRequest base, Random random) {
    byte[] body = base.body();
    int from = random.nextInt(body.length + 1);
    int to = from + random.nextInt(body.length - from + 1);
    return RawRequest.join(Arrays.copyOf(body, to), Arrays.copyOfRange(body, from, body.length));
  }

  private static byte[] holed(RawRequest base, Random random) {
    byte[] body = base.body();
    int from = random.nextInt(body.length + 1);
    int to = from + random.nextInt(body.length - from + 1);
    return RawRequest.join(Arrays.copyOf(body, from), Arrays.copyOfRange(body, to, body.length));
  }

  private static byte[] noise(RawRequest base, Random random) {
    byte[] noise = new byte[random.nextInt(4_000)];
    random.nextBytes(noise);
    return noise;
  }

  private static String pick(List<String> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
