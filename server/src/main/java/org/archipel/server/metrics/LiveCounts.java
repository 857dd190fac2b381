package org.archipel.server.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.archipel.control.SiteCounts;
import org.archipel.ledger.UsageRecord;
import org.archipel.relay.SettledRequest;
import org.archipel.scheduling.ServiceClass;

/** The few sums that the console's live view is made of. Thread-safe, without locks. */
final class LiveCounts {
  private final PerValue<ServiceClass, SecondsHistogram> waits =
      new PerValue<>(ServiceClass.class, () -> new SecondsHistogram(SecondsHistogram.WAITS));
  private final LongAdder requests = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder prompt = new LongAdder();
  private final LongAdder completion = new LongAdder();

  void count(SettledRequest request) {
    UsageRecord record = request.record();
    requests.increment();
    switch (RequestOutcome.of(request)) {
      case REJECTED_FULL, REJECTED_PREDICTED, EXPIRED, NO_ENGINE -> refused.increment();
      case FAILED -> failed.increment();
      case COMPLETED, CANCELLED, REJECTED_BY_ENGINE -> {
        // Neither is a fault of this site.
      }
    }
    prompt.add(Math.max(0, record.tokens().prompt()));
    completion.add(Math.max(0, record.tokens().completion()));
    UsageRecord.Timing timing = record.timing();
    waits
        .of(request.serviceClass())
        .record(record.engine().isPresent() ? timing.queued() : timing.total());
  }

  SiteCounts sums() {
    List<SiteCounts.OfClass> classes = new ArrayList<>();
    for (ServiceClass one : ServiceClass.values()) {
      SecondsHistogram histogram = waits.of(one);
      double[] bounds = histogram.seconds();
      classes.add(
          new SiteCounts.OfClass(
              one.name().toLowerCase(Locale.ROOT),
              Arrays.stream(bounds, 0, bounds.length - 1).boxed().toList(),
              Arrays.stream(histogram.counts()).boxed().toList()));
    }
    return new SiteCounts(
        requests.sum(), refused.sum(), failed.sum(), prompt.sum(), completion.sum(), classes);
  }
}
