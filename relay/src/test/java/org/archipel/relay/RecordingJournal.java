package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.archipel.ledger.Journal;
import org.archipel.ledger.UsageRecord;
import org.awaitility.Awaitility;

/** A journal that shows what another one took. */
final class RecordingJournal implements Journal {
  private final Journal journal;
  private final List<UsageRecord> records = new CopyOnWriteArrayList<>();

  RecordingJournal(Journal journal) {
    this.journal = journal;
  }

  List<UsageRecord> records() {
    return records;
  }

  /** The one record that there is, as soon as it is there. */
  UsageRecord only() {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(() -> assertThat(records).isNotEmpty());
    assertThat(records).hasSize(1);
    return records.getFirst();
  }

  @Override
  public long append(UsageRecord record) {
    long sequence = journal.append(record);
    records.add(record);
    return sequence;
  }

  @Override
  public long durable() {
    return journal.durable();
  }

  @Override
  public void onCommit(Runnable listener) {
    journal.onCommit(listener);
  }

  @Override
  public boolean healthy() {
    return journal.healthy();
  }
}
