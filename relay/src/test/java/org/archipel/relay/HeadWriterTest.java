package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HeadWriterTest {
  private final HeadWriter writer = new HeadWriter();

  private String written() {
    ByteBuf to = Unpooled.buffer();
    writer.copyTo(to);
    return to.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void allKindsOfTextAndNumbersAreWritten() {
    writer.start("a".getBytes(StandardCharsets.US_ASCII)).add("é").add(AsciiString.of("b")).line();
    for (long number : new long[] {0, 9, 10, 99, 100, 1021, Long.MAX_VALUE}) {
      writer.add(number).add(" ");
    }
    assertThat(written()).isEqualTo("aéb\r\n0 9 10 99 100 1021 9223372036854775807 ");
  }

  @Test
  void aLongHeadGrowsAndTheNextOneBeginsAnew() {
    writer.start(new byte[0]).add("x".repeat(5000)).line();
    assertThat(written()).isEqualTo("x".repeat(5000) + "\r\n");
    writer.start(new byte[0]).add("y");
    assertThat(written()).isEqualTo("y");
    assertThat(writer.length()).isEqualTo(1);
  }

  @Test
  void aHeadIsPutRightBeforeItsBody() {
    ByteBuf body = Unpooled.buffer(20).writerIndex(10).readerIndex(10);
    body.writeBytes("body".getBytes(StandardCharsets.US_ASCII));
    writer.start("head ".getBytes(StandardCharsets.US_ASCII)).putBefore(body);

    assertThat(body.toString(StandardCharsets.US_ASCII)).isEqualTo("head body");
  }
}
