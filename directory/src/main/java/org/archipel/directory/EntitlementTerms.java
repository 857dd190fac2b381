package org.archipel.directory;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.archipel.directory.KeyTerms.ServiceClass;

/**
 * What is allowed, or asked for. Times are to the millisecond.
 *
 * @param models which models
 * @param maxClass the most urgent class that requests for them may have
 * @param from from when on
 * @param until up to when, not before {@code from}; empty for no end
 * @param limits how much
 */
public record EntitlementTerms(
    AllowedModels models,
    ServiceClass maxClass,
    Instant from,
    Optional<Instant> until,
    AgreedLimits limits) {

  /**
   * Checks.
   *
   * @throws DirectoryException when it would end before it begins, or after the year 9999
   */
  public EntitlementTerms {
    from = Register.toMillis(from);
    until = until.map(Register::toMillis);
    Names.checkTime("from", from);
    until.ifPresent(end -> Names.checkTime("until", end));
    if (until.isPresent() && until.get().isBefore(from)) {
      throw Names.invalid("until", until.get().toString(), "not before from, " + from);
    }
  }

  /** The same with another end. */
  EntitlementTerms until(Instant end) {
    return new EntitlementTerms(models, maxClass, from, Optional.of(end), limits);
  }

  boolean activeAt(long millis) {
    return from.toEpochMilli() <= millis && millis < untilMillis();
  }

  long untilMillis() {
    return until.map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
  }

  Map<String, String> described() {
    Map<String, String> all = new LinkedHashMap<>(limits.described());
    all.put("models", Words.joined(models.patterns()));
    all.put("max_class", maxClass.word());
    all.put("from", from.toString());
    until.ifPresent(end -> all.put("until", end.toString()));
    return all;
  }
}
