package org.archipel.server.demo;

import java.util.List;
import org.archipel.directory.OrganizationKind;
import org.archipel.simulator.Device;
import org.archipel.simulator.HardwareTiming;
import org.archipel.simulator.ModelShape;
import org.archipel.simulator.Precision;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;

/**
 * One site of the demonstration: who it is, its simulated engines and users.
 *
 * @param id its id
 * @param city what it is called in a line of news
 * @param name its full name
 * @param organization who owns its engines
 * @param engines what it has; each runs at the full speed of its hardware, but only a few requests
 *     at a time, so that a handful of people fills it
 * @param crowds who uses it; the first belongs to the owner
 */
public record DemoSite(
    String id,
    String city,
    String name,
    String organization,
    List<SimulatedEngineOptions> engines,
    List<DemoCrowd> crowds) {
  /** What every site serves, so that any of them can help another. */
  public static final String MODEL = "mistral-small";

  /** Copies. */
  public DemoSite {
    engines = List.copyOf(engines);
    crowds = List.copyOf(crowds);
  }

  /**
   * Rennes, Lille and Saclay: peaks eight hours apart, so that two have room when the third is
   * full. A town without engines is a beneficiary, and asks at Rennes.
   */
  public static List<DemoSite> consortium() {
    return List.of(
        new DemoSite(
            "rennes",
            "Rennes",
            "Université de Rennes",
            "univ-rennes",
            List.of(engine(Device.L40S, 4)),
            List.of(
                owners("univ-rennes", new Rhythm(0.05, 1.1, 11)),
                new DemoCrowd(
                    "ville-de-brest",
                    OrganizationKind.BENEFICIARY,
                    MODEL,
                    new Rhythm(0.03, 0.5, 11)))),
        new DemoSite(
            "lille",
            "Lille",
            "Université de Lille",
            "univ-lille",
            List.of(engine(Device.H100_SXM, 4)),
            List.of(owners("univ-lille", new Rhythm(0.1, 2.6, 19)))),
        new DemoSite(
            "saclay",
            "Saclay",
            "Université Paris-Saclay",
            "paris-saclay",
            List.of(engine(Device.A100_SXM, 4)),
            List.of(owners("paris-saclay", new Rhythm(0.1, 2.2, 3)))));
  }

  private static DemoCrowd owners(String organization, Rhythm rhythm) {
    return new DemoCrowd(organization, OrganizationKind.CONTRIBUTOR, MODEL, rhythm);
  }

  private static SimulatedEngineOptions engine(Device device, int places) {
    HardwareTiming timing =
        new HardwareTiming(device, 1, ModelShape.MISTRAL_SMALL_24B, Precision.FP8);
    return new SimulatedEngineOptions()
        .withModels(SimulatedModel.chat(MODEL))
        .withTiming(timing)
        .withKvTokens(timing.largestBatch(1))
        .withMaxConcurrency(places);
  }
}
