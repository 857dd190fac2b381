package org.archipel.acceptance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Spoils what says where a body ends: the ground of request smuggling. */
final class FramingMutations {
  private static final List<String> BAD_LENGTHS =
      List.of(
          "-1",
          "+5",
          "0x10",
          "5 5",
          "5,5,6",
          "1e3",
          "\u00b25",
          "abc",
          "",
          "18446744073709551616",
          "9223372036854775808",
          "99999999999999999999999999",
          "5.0",
          "5\u00005");
  private static final List<String> BAD_CODINGS =
      List.of(
          "xchunked", "chunked, identity", "gzip", "chunked, gzip", "\u0000chunked", "chunked;q=1");
  private static final List<String> BAD_CHUNKS =
      List.of(
          "zz\r\nabc\r\n0\r\n\r\n",
          "-3\r\nabc\r\n0\r\n\r\n",
          "+3\r\nabc\r\n0\r\n\r\n",
          "0x3\r\nabc\r\n0\r\n\r\n",
          "\r\nabc\r\n0\r\n\r\n",
          "FFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n",
          "7FFFFFFFFFFFFFFF1\r\nabc\r\n0\r\n\r\n",
          "2\r\nabc\r\n0\r\n\r\n",
          "3 3\r\nabc\r\n0\r\n\r\n");

  private FramingMutations() {}

  static List<Mutation> all() {
    return List.of(
        Mutation.refused("bad content length", FramingMutations::badLength),
        Mutation.refused("two different content lengths", FramingMutations::twoLengths),
        Mutation.refused("content length and chunked", FramingMutations::lengthAndChunked),
        Mutation.refused("bad transfer coding", FramingMutations::badCoding),
        Mutation.refused("bad chunk", FramingMutations::badChunk),
        Mutation.refused("transfer coding in HTTP/1.0", FramingMutations::chunkedInOld),
        Mutation.any("content length too small", FramingMutations::lengthTooSmall),
        Mutation.any("content length too large", FramingMutations::lengthTooLarge),
        Mutation.any("content length with zeros before", FramingMutations::paddedLength),
        Mutation.any("the same content length twice", FramingMutations::sameLengthTwice),
        Mutation.any("body without a length", (base, random) -> base.bytes()),
        Mutation.any("chunks that never end", FramingMutations::endlessChunks),
        Mutation.any("long chunk extension", FramingMutations::longExtension),
        Mutation.any("trailers that frame", FramingMutations::trailers),
        Mutation.any("cut anywhere", FramingMutations::cut),
        Mutation.any("rubbish after the request", FramingMutations::rubbishAfter),
        new Mutation("chunked", Mutation.Expectation.SERVED, FramingMutations::chunked));
  }

  private static byte[] badLength(RawRequest base, Random random) {
    return base.with("Content-Length: " + pick(BAD_LENGTHS, random)).bytes();
  }

  private static byte[] twoLengths(RawRequest base, Random random) {
    int length = base.body().length;
    int other = length + 1 + random.nextInt(50);
    String[] lines = {"Content-Length: " + length, "Content-Length: " + other};
    return random.nextBoolean()
        ? RawRequest.join(base.with(lines).bytes(), smuggled(base))
        : RawRequest.join(base.with(lines[1], lines[0]).bytes(), smuggled(base));
  }

  private static byte[] lengthAndChunked(RawRequest base, Random random) {
    byte[] end = ascii("0\r\n\r\n");
    RawRequest both =
        random.nextBoolean()
            ? base.with("Content-Length: " + (end.length + smuggled(base).length))
                .with("Transfer-Encoding: chunked")
            : base.with("Transfer-Encoding : chunked", "Content-Length: " + end.length);
    return RawRequest.join(both.head(), end, smuggled(base));
  }

  private static byte[] badCoding(RawRequest base, Random random) {
    return RawRequest.join(
        base.with("Transfer-Encoding: " + pick(BAD_CODINGS, random)).head(), chunks(base, random));
  }

  private static byte[] badChunk(RawRequest base, Random random) {
    return RawRequest.join(
        base.with("Transfer-Encoding: chunked").head(),
        oneChunk(base.body()),
        ascii(pick(BAD_CHUNKS, random)));
  }

  private static byte[] chunkedInOld(RawRequest base, Random random) {
    return RawRequest.join(
        base.withVersion("HTTP/1.0")
            .with("Transfer-Encoding: chunked", "Content-Length: 3", "Connection: keep-alive")
            .head(),
        chunks(base, random),
        smuggled(base));
  }

  private static byte[] lengthTooSmall(RawRequest base, Random random) {
    int length = base.body().length;
    return base.with("Content-Length: " + random.nextInt(Math.max(1, length))).bytes();
  }

  private static byte[] lengthTooLarge(RawRequest base, Random random) {
    long more = random.nextBoolean() ? 1 + random.nextInt(100) : 5_000_000_000L;
    return base.with("Content-Length: " + (base.body().length + more)).bytes();
  }

  private static byte[] paddedLength(RawRequest base, Random random) {
    return base.with("Content-Length: 000" + base.body().length).bytes();
  }

  private static byte[] sameLengthTwice(RawRequest base, Random random) {
    String length = Integer.toString(base.body().length);
    return random.nextBoolean()
        ? base.with("Content-Length: " + length, "Content-Length: " + length).bytes()
        : base.with("Content-Length: " + length + ", " + length).bytes();
  }

  private static byte[] endlessChunks(RawRequest base, Random random) {
    byte[] whole = chunks(base, random);
    return RawRequest.join(
        base.with("Transfer-Encoding: chunked").head(), Arrays.copyOf(whole, whole.length - 5));
  }

  private static byte[] longExtension(RawRequest base, Random random) {
    String size = Integer.toHexString(base.body().length);
    String extension = ";x=\"" + "e".repeat(1 << (4 + random.nextInt(13))) + "\"\r\n";
    return RawRequest.join(
        base.with("Transfer-Encoding: chunked").head(),
        ascii(size + extension),
        base.body(),
        ascii("\r\n0\r\n\r\n"));
  }

  private static byte[] trailers(RawRequest base, Random random) {
    byte[] whole = chunks(base, random);
    return RawRequest.join(
        base.with("Transfer-Encoding: chunked").head(),
        Arrays.copyOf(whole, whole.length - 2),
        ascii("Content-Length: 7\r\nAuthorization: Bearer x\r\n\r\n"));
  }

  private static byte[] cut(RawRequest base, Random random) {
    byte[] whole = base.withLength().bytes();
    return Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1));
  }

  private static byte[] rubbishAfter(RawRequest base, Random random) {
    byte[] rubbish = new byte[1 + random.nextInt(300)];
    random.nextBytes(rubbish);
    return RawRequest.join(base.withLength().bytes(), rubbish);
  }

  private static byte[] chunked(RawRequest base, Random random) {
    return base.hasBody()
        ? RawRequest.join(base.with("Transfer-Encoding: chunked").head(), chunks(base, random))
        : base.bytes();
  }

  /** The body in chunks of random sizes, correctly framed. */
  private static byte[] chunks(RawRequest base, Random random) {
    byte[] body = base.body();
    byte[] all = new byte[0];
    int from = 0;
    while (from < body.length) {
      int to = Math.min(body.length, from + 1 + random.nextInt(1 + body.length / 2));
      all = RawRequest.join(all, oneChunk(Arrays.copyOfRange(body, from, to)));
      from = to;
    }
    return RawRequest.join(all, ascii("0\r\n\r\n"));
  }

  private static byte[] oneChunk(byte[] data) {
    return data.length == 0
        ? data
        : RawRequest.join(ascii(Integer.toHexString(data.length) + "\r\n"), data, ascii("\r\n"));
  }

  /**
   * A request that only a reader with another idea of the first one's length would see. It has a
   * valid key, so that it would be served.
   */
  private static byte[] smuggled(RawRequest base) {
    return RawRequest.of("GET", "/v1/models", "", new byte[0])
        .with(base.header("authorization"))
        .bytes();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String pick(List<String> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
