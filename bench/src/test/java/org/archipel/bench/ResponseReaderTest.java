package org.archipel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResponseReaderTest {
  private static final int TRIES = 300;

  private final List<String> seen = new ArrayList<>();
  private final ResponseReader reader =
      new ResponseReader(
          (line, start, end) ->
              seen.add(line.toString(start, end - start, StandardCharsets.US_ASCII)));

  @Test
  void anyCutOfAStreamGivesTheSameEvents() {
    long seed = Long.getLong("seed", 20261101L);
    Random random = new Random(seed);
    for (int i = 0; i < TRIES; i++) {
      int count = random.nextInt(6);
      StringBuilder payload = new StringBuilder(": ping\n");
      List<String> expected = new ArrayList<>();
      for (int e = 0; e < count; e++) {
        String line = "data: {\"n\":" + e + "," + "y".repeat(random.nextInt(300)) + "}";
        expected.add(line);
        payload.append(line).append(random.nextBoolean() ? "\n\n" : "\n\n: ping\n");
      }
      payload.append("data: [DONE]\n\n");
      seen.clear();
      reader.reset();

      boolean ended = feed(chunked(payload.toString(), random) + "HTTP", random);

      assertThat(ended).as("seed %d try %d", seed, i).isTrue();
      assertThat(seen).as("seed %d try %d", seed, i).isEqualTo(expected);
      assertThat(reader.events().events()).isEqualTo(count);
      assertThat(reader.events().done()).isTrue();
      assertThat(reader.bodyBytes()).isEqualTo(payload.length());
    }
  }

  @Test
  void anInterimResponseIsSkipped() {
    ByteBuf in =
        text("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\ncontent-LENGTH: 2\r\n\r\nok!");

    assertThat(reader.read(in)).isTrue();
    assertThat(reader.status()).isEqualTo(201);
    assertThat(in.readableBytes()).isEqualTo(1);
  }

  @Test
  void connectionCloseIsNoticed() {
    assertThat(
            reader.read(text("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n")))
        .isTrue();
    assertThat(reader.closing()).isTrue();
  }

  @Test
  void anAnswerWithoutAnEndIsRefused() {
    assertThatThrownBy(() -> reader.read(text("HTTP/1.1 200 OK\r\nServer: x\r\n\r\nbody")))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("neither content-length nor chunked");
  }

  @Test
  void aChunkThatIsLongerThanItsSizeIsRefused() {
    assertThatThrownBy(
            () ->
                reader.read(
                    text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n")))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("longer than its size");
  }

  @Test
  void aChunkSizeThatIsNoNumberIsRefused() {
    assertThatThrownBy(
            () ->
                reader.read(
                    text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabcd\r\n")))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("not a number");
  }

  private boolean feed(String wire, Random random) {
    ByteBuf in = Unpooled.buffer();
    int at = 0;
    while (at < wire.length()) {
      int end = Math.min(wire.length(), at + 1 + random.nextInt(200));
      in.writeCharSequence(wire.substring(at, end), StandardCharsets.US_ASCII);
      at = end;
      if (reader.read(in)) {
        return true;
      }
    }
    return false;
  }

  private static String chunked(String payload, Random random) {
    StringBuilder wire =
        new StringBuilder("HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n");
    int at = 0;
    while (at < payload.length()) {
      int end = Math.min(payload.length(), at + 1 + random.nextInt(120));
      wire.append(Integer.toHexString(end - at)).append(random.nextBoolean() ? "\r\n" : ";x=y\r\n");
      wire.append(payload, at, end).append("\r\n");
      at = end;
    }
    return wire.append("0\r\n\r\n").toString();
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }
}
