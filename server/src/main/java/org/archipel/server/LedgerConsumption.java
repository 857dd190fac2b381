package org.archipel.server;

import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.archipel.directory.quota.Consumed;
import org.archipel.directory.quota.Consumption;
import org.archipel.ledger.UsageDimension;
import org.archipel.ledger.UsageLedger;
import org.archipel.ledger.UsageQuery;
import org.archipel.ledger.UsageReport;

/** What the ledger knows, in the words of quotas. */
final class LedgerConsumption implements Consumption {
  private static final Set<UsageDimension> BY =
      EnumSet.of(
          UsageDimension.DAY,
          UsageDimension.ORGANIZATION,
          UsageDimension.PROJECT,
          UsageDimension.KEY,
          UsageDimension.MODEL);

  private final UsageLedger ledger;

  LedgerConsumption(UsageLedger ledger) {
    this.ledger = ledger;
  }

  @Override
  public Sums since(Instant since, Optional<Instant> until) {
    UsageReport report = ledger.report(new UsageQuery(BY, Optional.of(since), until));
    List<Consumed> rows = report.rows().stream().map(LedgerConsumption::consumed).toList();
    return new Sums(rows, report.complete());
  }

  private static Consumed consumed(UsageReport.Row row) {
    UsageReport.Sums sums = row.sums();
    return new Consumed(
        LocalDate.parse(key(row, UsageDimension.DAY)),
        key(row, UsageDimension.ORGANIZATION),
        key(row, UsageDimension.PROJECT),
        key(row, UsageDimension.KEY),
        key(row, UsageDimension.MODEL),
        sums.promptTokens() + sums.completionTokens(),
        0);
  }

  private static String key(UsageReport.Row row, UsageDimension dimension) {
    Map<UsageDimension, String> keys = row.keys();
    return Optional.ofNullable(keys.get(dimension)).orElseThrow();
  }
}
