package org.archipel.control.census;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.archipel.control.census.CensusComparison.OfOrganization;
import org.archipel.directory.census.Census;
import org.archipel.directory.census.CensusEntry;
import org.archipel.directory.census.CensusKind;
import org.archipel.engines.Capabilities;
import org.archipel.engines.EngineProfiles;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineStatus;
import org.archipel.engines.Hardware;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;
import org.archipel.ledger.UsageDimension;
import org.archipel.ledger.UsageLedger;
import org.archipel.ledger.UsageQuery;
import org.archipel.ledger.UsageReport;

/** Makes comparisons. Thread-safe; blocks. */
public final class CensusCount {
  private static final double MICROS = 1e6;

  private final Census census;
  private final ModelCatalog catalog;
  private final UsageLedger ledger;
  private final Clock clock;

  public CensusCount(Census census, ModelCatalog catalog, UsageLedger ledger, Clock clock) {
    this.census = census;
    this.catalog = catalog;
    this.ledger = ledger;
    this.clock = clock;
  }

  /** An engine of an organization, once, however many models it serves. */
  private static final class Seen {
    private final EngineSpec spec;
    private boolean up;
    private int limit;

    Seen(EngineSpec spec) {
      this.spec = spec;
    }
  }

  /**
   * Compares.
   *
   * @param span how long back engines' work is summed up
   * @param organizations only these, when given
   */
  public CensusComparison compare(Duration span, Optional<Set<String>> organizations) {
    Instant until = clock.instant();
    Instant since = until.minus(span);
    UsageReport usage =
        ledger.report(
            new UsageQuery(Set.of(UsageDimension.OWNER), Optional.of(since), Optional.of(until)));
    Map<String, UsageReport.Sums> work = new HashMap<>();
    usage
        .rows()
        .forEach(row -> work.put(row.keys().getOrDefault(UsageDimension.OWNER, ""), row.sums()));
    Map<String, List<Seen>> engines = engines();
    Map<String, List<CensusEntry>> entries = new HashMap<>();
    census
        .all()
        .forEach(
            entry ->
                entries.computeIfAbsent(entry.organization(), _ -> new ArrayList<>()).add(entry));
    Set<String> names = new TreeSet<>(entries.keySet());
    names.addAll(engines.keySet());
    work.keySet().stream().filter(name -> !name.isEmpty()).forEach(names::add);
    List<OfOrganization> all =
        names.stream()
            .filter(name -> organizations.map(wanted -> wanted.contains(name)).orElse(true))
            .map(
                name ->
                    new OfOrganization(
                        name,
                        devices(
                            entries.getOrDefault(name, List.of()),
                            engines.getOrDefault(name, List.of())),
                        load(
                            engines.getOrDefault(name, List.of()),
                            work.getOrDefault(name, UsageReport.Sums.NONE),
                            span),
                        wishes(entries.getOrDefault(name, List.of()))))
            .toList();
    return new CensusComparison(since, until, usage.complete(), all);
  }

  private Map<String, List<Seen>> engines() {
    Map<String, Seen> byId = new TreeMap<>();
    for (ModelSpec model : catalog.models()) {
      for (EngineSpec engine : model.engines()) {
        Optional<EngineStatus> status = catalog.status(model.id(), engine.id());
        Capabilities found = status.map(EngineStatus::capabilities).orElse(Capabilities.UNKNOWN);
        Seen seen = byId.computeIfAbsent(engine.id(), _ -> new Seen(engine));
        seen.up |= status.filter(EngineStatus::up).isPresent();
        seen.limit =
            Math.max(seen.limit, EngineProfiles.of(engine, found).capacity().maxConcurrency());
      }
    }
    Map<String, List<Seen>> byOwner = new HashMap<>();
    byId.values()
        .forEach(
            seen -> byOwner.computeIfAbsent(seen.spec.owner(), _ -> new ArrayList<>()).add(seen));
    return byOwner;
  }

  private static List<DeviceLine> devices(List<CensusEntry> entries, List<Seen> engines) {
    Map<String, DeviceLine> lines = new TreeMap<>();
    for (CensusEntry entry : entries) {
      boolean wanted = entry.draft().kind() == CensusKind.WANTED;
      long count = entry.draft().count();
      add(lines, entry.draft().device(), wanted ? 0 : count, 0, 0, wanted ? count : 0);
    }
    for (Seen seen : engines) {
      seen.spec
          .hardware()
          .ifPresent(h -> add(lines, h.device(), 0, h.count(), seen.up ? h.count() : 0, 0));
    }
    return List.copyOf(lines.values());
  }

  private static void add(
      Map<String, DeviceLine> lines,
      String device,
      long declared,
      long live,
      long liveUp,
      long wanted) {
    String name = Hardware.canonical(device);
    DeviceLine line = new DeviceLine(name, Hardware.known(device), declared, live, liveUp, wanted);
    lines.merge(name, line, DeviceLine::plus);
  }

  private static MeasuredLoad load(List<Seen> engines, UsageReport.Sums work, Duration span) {
    long places = engines.stream().mapToLong(seen -> seen.limit).sum();
    double possible = span.toMillis() / 1000.0 * places;
    double used = work.engineMicros() / MICROS;
    boolean measured = possible > 0 && (used > 0 || work.requests() == 0);
    return new MeasuredLoad(
        engines.size(),
        (int) engines.stream().filter(seen -> seen.up).count(),
        (int) engines.stream().filter(seen -> seen.spec.hardware().isEmpty()).count(),
        work.requests(),
        work.promptTokens(),
        work.completionTokens(),
        Math.round(used),
        measured ? OptionalDouble.of(used / possible) : OptionalDouble.empty());
  }

  private static List<CensusEntry> wishes(List<CensusEntry> entries) {
    return entries.stream()
        .filter(entry -> entry.draft().kind() == CensusKind.WANTED)
        .sorted(
            Comparator.comparingInt((CensusEntry e) -> e.draft().priority().orElse(9))
                .thenComparing(e -> e.draft().horizon().map(Object::toString).orElse("~"))
                .thenComparing(CensusEntry::id))
        .toList();
  }
}
