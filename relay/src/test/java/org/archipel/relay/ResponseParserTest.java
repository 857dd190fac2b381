package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponseParserTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<String> read(String text) {
    return ParsedResponses.ours(List.of(bytes(text)));
  }

  private static EngineHead head(String text) throws MalformedResponseException {
    return new EngineHead(bytes(text));
  }

  @Test
  void aRandomConnectionReadsAsNettyReadsItHoweverItIsCut() {
    long seed = Long.getLong("archipel.seed", new Random().nextLong());
    Random random = new Random(seed);
    RandomResponses responses = new RandomResponses(random);
    for (int round = 0; round < 3000; round++) {
      byte[] connection = responses.connection();
      List<byte[]> pieces = ParsedResponses.cut(connection, responses.cuts(connection.length));
      assertThat(ParsedResponses.ours(pieces))
          .as("with -Darchipel.seed=%s, round %s", seed, round)
          .isEqualTo(ParsedResponses.nettys(List.of(connection)))
          .doesNotContain(ParsedResponses.MALFORMED);
    }
  }

  @Test
  void aDamagedConnectionReadsTheSameHoweverItIsCut() {
    long seed = Long.getLong("archipel.seed", new Random().nextLong());
    Random random = new Random(seed);
    RandomResponses responses = new RandomResponses(random);
    for (int round = 0; round < 5000; round++) {
      byte[] connection = responses.damaged(responses.connection());
      List<byte[]> pieces = ParsedResponses.cut(connection, responses.cuts(connection.length));
      assertThat(ParsedResponses.ours(pieces))
          .as("with -Darchipel.seed=%s, round %s", seed, round)
          .isEqualTo(ParsedResponses.ours(List.of(connection)));
    }
  }

  @Test
  void aResponseMayComeByteByByte() {
    byte[] all =
        bytes(
            "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
                + OK
                + "Transfer-Encoding: chunked\r\n\r\n4;x=y\r\nbody\r\n0\r\nTrailer: a\r\n\r\n");
    List<byte[]> pieces = ParsedResponses.cut(all, IntStream.range(1, all.length).boxed().toList());

    assertThat(ParsedResponses.ours(pieces)).containsExactly("200 keep", "body body", "end");
  }

  @Test
  void linesMayEndWithABareLineFeedEverywhere() {
    assertThat(read("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n1;e\nd\n0\nT: a\n\n"))
        .containsExactly("200 keep", "body abcd", "end");
  }

  @Test
  void whatOneReadBringsOfManyChunksIsOnePiece() throws MalformedResponseException {
    byte[] all = bytes(OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n");
    ResponseParser parser = new ResponseParser();
    parser.feed(all, 0, all.length);

    assertThat(parser.next()).isEqualTo(ResponseParser.Event.HEAD);
    assertThat(parser.next()).isEqualTo(ResponseParser.Event.CONTENT);
    assertThat(
            new String(
                all, parser.start(), parser.end() - parser.start(), StandardCharsets.US_ASCII))
        .isEqualTo("abcde");
    assertThat(parser.next()).isEqualTo(ResponseParser.Event.END);
    assertThat(parser.excess()).isFalse();
  }

  @Test
  void bytesBehindAResponseAreSeenAsExcessButBlankLinesAreNot() throws MalformedResponseException {
    for (String behind : List.of("", "\r\n", "\n\n", "H", "\r\nHTTP/1.1 200 OK\r\n\r\n")) {
      byte[] all = bytes(OK + "Content-Length: 1\r\n\r\nx" + behind);
      ResponseParser parser = new ResponseParser();
      parser.feed(all, 0, all.length);
      assertThat(parser.next()).isEqualTo(ResponseParser.Event.HEAD);
      assertThat(parser.next()).isEqualTo(ResponseParser.Event.CONTENT);
      assertThat(parser.next()).isEqualTo(ResponseParser.Event.END);
      assertThat(parser.excess()).as(behind).isEqualTo(behind.contains("H"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: a\rSet-Cookie: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nRetry-After: 1\0\r\n\r\n",
      })
  void aHeadThatIsNoneIsRefused(String head) {
    assertThat(read(head)).containsExactly(ParsedResponses.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        "x\r\n",
        "-1\r\n",
        "0x1\r\na\r\n",
        "1000000000000000\r\n",
        "1\rb\r\n",
        "1;ext\rb\r\n",
        "1\r\nab\r\n",
        "1\r\na\r\r\n",
        "1\r\na0\r\n\r\n",
      })
  void aChunkThatIsNoneIsRefused(String chunks) {
    assertThat(read(OK + "Transfer-Encoding: chunked\r\n\r\n" + chunks))
        .endsWith(ParsedResponses.MALFORMED);
  }

  @Test
  void headsTrailersAndExtensionsAreBounded() {
    String much = "a".repeat(ResponseParser.MAX_HEAD);
    String chunked = OK + "Transfer-Encoding: chunked\r\n\r\n";
    assertThat(read(OK + "X: " + much + "\r\n\r\n")).containsExactly(ParsedResponses.MALFORMED);
    assertThat(read(OK + "X: " + much)).containsExactly(ParsedResponses.MALFORMED);
    assertThat(read(chunked + "1;" + much + "\r\na\r\n")).endsWith(ParsedResponses.MALFORMED);
    assertThat(read(chunked + "0\r\nX: " + much + "\r\n\r\n")).endsWith(ParsedResponses.MALFORMED);
    assertThat(read(chunked + "0\r\n" + "X: y\r\n".repeat(20_000)))
        .endsWith(ParsedResponses.MALFORMED);
  }

  @Test
  void aLengthBesideChunksIsIgnoredAndTheConnectionNotUsedAgain() {
    assertThat(
            read(
                OK
                    + "Content-Length: 2\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + "3\r\n"
                    + "abc\r\n"
                    + "0\r\n\r\n"))
        .containsExactly("200 close", "body abc", "end");
  }

  @Test
  void anOldServersConnectionEndsUnlessItSaysOtherwise() throws MalformedResponseException {
    assertThat(head("HTTP/1.0 200 OK\r\n\r\n").keepAlive()).isFalse();
    assertThat(head("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n").keepAlive()).isTrue();
    assertThat(head(OK + "Connection: close\r\nConnection: keep-alive\r\n\r\n").keepAlive())
        .isFalse();
    assertThat(head(OK + "Connection: foo, Close\r\n\r\n").keepAlive()).isFalse();
  }

  @Test
  void theHeadSaysWhatFollows() throws MalformedResponseException {
    EngineHead json = head(OK + "CONTENT-TYPE : Application/JSON; x\r\ncontent-length:7\r\n\r\n");
    assertThat(json.json()).isTrue();
    assertThat(json.eventStream()).isFalse();
    assertThat(json.contentLength()).isEqualTo(7);
    EngineHead events =
        head(OK + "Content-Type: text/event-stream; charset=utf-8\nTransfer-Encoding: chunked\n\n");
    assertThat(events.eventStream()).isTrue();
    assertThat(events.chunked()).isTrue();
    assertThat(events.contentLength()).isEqualTo(EngineHead.UNKNOWN);
    EngineHead nothing = head("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n");
    assertThat(nothing.chunked()).isFalse();
    assertThat(nothing.contentLength()).isZero();
    assertThat(nothing.hasContentType()).isFalse();
  }

  @Test
  void headersCanBeLookedUpAndSomeGoOn() throws MalformedResponseException {
    EngineHead head =
        head(OK + "Server: a\r\nRetry-After:  3 \r\nServer: b\r\nContent-Language: fr\r\n\r\n");
    assertThat(head.header(AsciiString.cached("server"))).contains("a");
    assertThat(head.header(AsciiString.cached("retry-after"))).contains("3");
    assertThat(head.header(AsciiString.cached("x"))).isEmpty();
    HeadWriter writer = new HeadWriter();
    head.writePassed(writer.start(new byte[0]));
    ByteBuf written = Unpooled.buffer();
    writer.copyTo(written);
    assertThat(written.toString(StandardCharsets.US_ASCII))
        .isEqualTo("Retry-After:  3 \r\nContent-Language: fr\r\n");
  }

  @Test
  void aMistakeSaysNothingOfWhatWasRead() {
    assertThatThrownBy(() -> head("HTTP/1.1 200 OK\r\nsecret text\r\n\r\n"))
        .isInstanceOf(MalformedResponseException.class)
        .hasMessageNotContaining("secret");
  }
}
