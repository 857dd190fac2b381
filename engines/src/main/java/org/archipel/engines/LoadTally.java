package org.archipel.engines;

import java.util.concurrent.atomic.LongAdder;

/** Counts polls of load. Thread-safe. */
final class LoadTally {
  final LongAdder told = new LongAdder();
  final LongAdder missed = new LongAdder();
  final LongAdder stopped = new LongAdder();

  LoadCounters counters() {
    return new LoadCounters(told.sum(), missed.sum(), stopped.sum());
  }
}
