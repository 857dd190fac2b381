package org.archipel.directory.census;

import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.archipel.directory.DirectoryException;

/**
 * What an organization says that it has or wants.
 *
 * @param kind which of both
 * @param device a device, as {@code h100-sxm}, or what it is called where nobody knows it: 1 to 64
 *     letters, digits, spaces and any of {@code . _ + ( ) / -}
 * @param count how many, 1 to 100,000
 * @param purpose what for, at most 500 characters; must be there for what is wanted
 * @param horizon until when it is wanted
 * @param priority 1 (first) to 5
 * @param cost what all of it together is expected to cost
 */
public record CensusDraft(
    CensusKind kind,
    String device,
    int count,
    Optional<String> purpose,
    Optional<LocalDate> horizon,
    OptionalInt priority,
    Optional<CensusCost> cost) {
  private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._+()/-]{0,63}");
  private static final int MOST = 100_000;
  private static final int LONGEST_PURPOSE = 500;
  private static final int LEAST_URGENT = 5;
  private static final LocalDate LATEST = LocalDate.of(9999, 12, 31);

  /**
   * Checks the forms.
   *
   * @throws DirectoryException of kind {@code INVALID}
   */
  public CensusDraft {
    if (!DEVICE.matcher(device).matches()) {
      throw invalid("device", "not a device", "1 to 64 letters, digits, spaces and . _ + ( ) / -");
    }
    if (count < 1 || count > MOST) {
      throw invalid("count", String.valueOf(count), "1 to " + MOST);
    }
    purpose.ifPresent(CensusDraft::checkPurpose);
    if (kind == CensusKind.WANTED && purpose.isEmpty()) {
      throw invalid("purpose", "missing", "what it is wanted for");
    }
    if (priority.isPresent() && (priority.getAsInt() < 1 || priority.getAsInt() > LEAST_URGENT)) {
      throw invalid("priority", String.valueOf(priority.getAsInt()), "1 (first) to 5");
    }
    if (horizon.filter(date -> date.getYear() < 2000 || date.isAfter(LATEST)).isPresent()) {
      throw invalid("horizon", "out of range", "a date, as 2027-09-01");
    }
    boolean plans = horizon.isPresent() || priority.isPresent() || cost.isPresent();
    if (kind == CensusKind.DECLARED && plans) {
      throw invalid("kind", "declared", "wanted, for a horizon, a priority or a cost");
    }
  }

  private static void checkPurpose(String purpose) {
    int length = purpose.codePointCount(0, purpose.length());
    boolean printable =
        purpose.codePoints().noneMatch(c -> Character.isISOControl(c) || !Character.isDefined(c));
    if (purpose.isBlank() || length > LONGEST_PURPOSE || !printable) {
      throw invalid("purpose", length + " characters", "1 to 500 printable characters");
    }
  }

  private static DirectoryException invalid(String field, String value, String expected) {
    return DirectoryException.invalid(field, value, expected);
  }
}
