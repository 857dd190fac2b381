package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // The type that the interface still names.
final class LoopReceiveBufferTest {
  private final LoopReceiveBuffer memory = new LoopReceiveBuffer(64);
  private final RecvByteBufAllocator.Handle one = memory.newHandle();
  private final RecvByteBufAllocator.Handle other = memory.newHandle();

  @Test
  void connectionsAreReadIntoTheSameMemoryOneAfterTheOther() {
    ByteBuf first = one.allocate(UnpooledByteBufAllocator.DEFAULT);
    first.writeLong(1);
    first.release();
    ByteBuf second = other.allocate(UnpooledByteBufAllocator.DEFAULT);

    assertThat(second.memoryAddress()).isEqualTo(first.memoryAddress());
    assertThat(second.readableBytes()).isZero();
    assertThat(second.writableBytes()).isEqualTo(64);
    second.release();
  }

  @Test
  void memoryThatIsInUseIsNotGivenAgain() {
    ByteBuf kept = one.allocate(UnpooledByteBufAllocator.DEFAULT);

    assertThatThrownBy(() -> other.allocate(UnpooledByteBufAllocator.DEFAULT))
        .isInstanceOf(IllegalStateException.class);
    kept.release();
  }
}
