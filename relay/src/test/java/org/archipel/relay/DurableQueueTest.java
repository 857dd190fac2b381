package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DurableQueueTest {
  private final EventLoopGroup loops = Transport.of(TransportChoice.NIO).eventLoops(1);
  private final EventLoop loop = loops.next();
  private final HeldJournal journal = new HeldJournal();
  private final DurableQueue queue = new DurableQueue(loop, journal);
  private final List<Long> released = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static UsageRecord record() {
    return new UsageRecord(
        new java.util.UUID(1, 2),
        java.time.Instant.EPOCH,
        "r",
        "s",
        new UsageRecord.Charged("o", "p", "k"),
        "m",
        java.util.Optional.empty(),
        "/v1/x",
        false,
        UsageOutcome.COMPLETED,
        200,
        java.util.Optional.empty(),
        UsageRecord.Tokens.NONE,
        new UsageRecord.Timing(0, 0, 0),
        0,
        0,
        0);
  }

  private void append(int count) {
    for (int i = 0; i < count; i++) {
      long sequence = journal.append(record());
      queue.await(sequence, () -> released.add(sequence));
    }
  }

  @Test
  void whatIsSafeAlreadyIsReleasedAtOnce() throws Exception {
    loop.submit(() -> append(3)).get();
    assertThat(released).containsExactly(1L, 2L, 3L);
  }

  @Test
  void whatWaitsIsReleasedInOrderOnTheLoop() throws Exception {
    journal.onCommit(queue::committed);
    journal.hold();
    loop.submit(() -> append(100)).get();
    assertThat(released).isEmpty();
    journal.release();

    Awaitility.await().until(() -> released.size() == 100);
    assertThat(released).isSorted();
  }

  @Test
  void aReleaseMayWaitForTheNextRecord() throws Exception {
    journal.onCommit(queue::committed);
    journal.hold();
    loop.submit(
            () -> {
              long first = journal.append(record());
              queue.await(
                  first,
                  () -> {
                    released.add(first);
                    append(2);
                  });
              append(1);
            })
        .get();
    journal.release();
    Awaitility.await().until(() -> released.size() == 4);
    assertThat(released).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
  }

  @Test
  void noCommitIsMissedWhateverTheMoment() throws Exception {
    journal.onCommit(queue::committed);
    int rounds = 2000;
    for (int i = 0; i < rounds; i++) {
      journal.hold();
      loop.execute(() -> append(1));
      journal.release();
    }
    journal.release();
    Awaitility.await().until(() -> released.size() == rounds);
  }

  @Test
  void givingUpReleasesEverything() throws Exception {
    journal.hold();
    loop.submit(() -> append(5)).get();
    loop.submit(queue::giveUp).get();
    assertThat(released).hasSize(5);
  }
}
