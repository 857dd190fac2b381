package org.archipel.control.census;

import java.time.Instant;
import java.util.List;
import org.archipel.directory.census.CensusEntry;

/**
 * Declared, measured and wanted, for each organization that says or has anything.
 *
 * @param since the measured time begins
 * @param until and ends
 * @param complete whether all that was used in that time is counted
 * @param organizations by name
 */
public record CensusComparison(
    Instant since, Instant until, boolean complete, List<OfOrganization> organizations) {
  public CensusComparison {
    organizations = List.copyOf(organizations);
  }

  /**
   * An organization.
   *
   * @param devices by name
   * @param load what its engines did
   * @param wishes what it wants, the most urgent first
   */
  public record OfOrganization(
      String organization, List<DeviceLine> devices, MeasuredLoad load, List<CensusEntry> wishes) {
    public OfOrganization {
      devices = List.copyOf(devices);
      wishes = List.copyOf(wishes);
    }
  }
}
