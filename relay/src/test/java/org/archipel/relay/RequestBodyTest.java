package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class RequestBodyTest {
  private final BodyMemory memory = new BodyMemory(10_000_000);

  private RequestBody body(int declared) {
    return new RequestBody(ByteBufAllocator.DEFAULT, memory, declared);
  }

  @Test
  void anyPiecesGiveTheWholeAndGiveItsMemoryBack() {
    for (int i = 0; i < 60; i++) {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      byte[] all = new byte[random.nextInt(i % 3 == 0 ? 2_000_000 : 3000)];
      random.nextBytes(all);
      RequestBody body = body(random.nextBoolean() ? all.length : -1);
      for (int at = 0; at < all.length; ) {
        int count = Math.min(all.length - at, 1 + random.nextInt(100_000));
        assertThat(body.add(Unpooled.wrappedBuffer(all, at, count))).isTrue();
        at += count;
      }
      byte[] got = new byte[body.bytes().readableBytes()];
      body.bytes().getBytes(body.bytes().readerIndex(), got);

      assertThat(Arrays.equals(got, all)).as("seed %d", seed).isTrue();
      assertThat(body.length()).isEqualTo(all.length);
      assertThat(memory.used()).isEqualTo(all.length);
      body.release();
      body.release();
      assertThat(memory.used()).isZero();
    }
  }

  @Test
  void aBodyInOnePieceIsNotCopied() {
    ByteBuf piece = ByteBufAllocator.DEFAULT.buffer(100).writeZero(100);
    RequestBody body = body(100);
    body.add(piece);

    assertThat(piece.refCnt()).isEqualTo(2);
    piece.release();
    assertThat(body.bytes().readableBytes()).isEqualTo(100);
    body.release();
    assertThat(piece.refCnt()).isZero();
  }

  @Test
  void tinyPiecesPinNoLargeBuffers() {
    ByteBuf large = ByteBufAllocator.DEFAULT.buffer(60_000).writeZero(60_000);
    RequestBody body = body(-1);
    body.add(large.slice(0, 1));

    assertThat(large.refCnt()).isEqualTo(1);
    large.release();
    body.release();
  }

  @Test
  void withoutMemoryNothingIsTaken() {
    RequestBody body = body(-1);
    assertThat(body.add(Unpooled.wrappedBuffer(new byte[9_000_000]))).isTrue();
    assertThat(body.add(Unpooled.wrappedBuffer(new byte[1_000_001]))).isFalse();
    assertThat(body.length()).isEqualTo(9_000_000);
    assertThat(body.add(Unpooled.wrappedBuffer(new byte[1_000_000]))).isTrue();
    body.release();
    assertThat(memory.used()).isZero();
  }
}
