package org.archipel.simulator.fleet.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.archipel.scheduling.EngineCapacity;
import org.archipel.simulator.Device;
import org.archipel.simulator.HardwareTiming;
import org.archipel.simulator.ModelShape;
import org.archipel.simulator.Precision;

/** Reads the engines of a scenario. */
final class EngineGroups {
  private static final int MAX_ENGINES = 20_000;
  private static final int USUAL_CONTEXT = 2048;

  private static final Map<String, Device> DEVICES = new LinkedHashMap<>();
  private static final Map<String, ModelShape> SHAPES = new LinkedHashMap<>();

  static {
    for (Device device :
        List.of(
            Device.H100_SXM,
            Device.H100_PCIE,
            Device.H200,
            Device.B200,
            Device.A100_SXM,
            Device.L40S,
            Device.L4,
            Device.ALTRA)) {
      DEVICES.put(device.name(), device);
    }
    SHAPES.put("llama-1b", ModelShape.LLAMA_1B);
    SHAPES.put("llama-8b", ModelShape.LLAMA_8B);
    SHAPES.put("mistral-small-24b", ModelShape.MISTRAL_SMALL_24B);
    SHAPES.put("llama-70b", ModelShape.LLAMA_70B);
    SHAPES.put("qwen3-30b-a3b", ModelShape.QWEN3_30B_A3B);
    SHAPES.put("gpt-oss-120b", ModelShape.GPT_OSS_120B);
  }

  private EngineGroups() {}

  static List<EngineSpec> read(Keys root, Map<String, List<OrganizationSpec>> organizations) {
    List<EngineSpec> engines = new ArrayList<>();
    root.named("engines")
        .forEach(
            (name, group) -> {
              try (group) {
                int count = group.integer("count", 1, MAX_ENGINES, 1);
                EngineModel model = model(group);
                List<String> owners = owners(group.text("owner", "site"), count, organizations);
                for (int i = 0; i < count && engines.size() < MAX_ENGINES; i++) {
                  String id = count == 1 ? name : name + "-" + (i + 1);
                  engines.add(new EngineSpec(id, owners.get(i), model));
                }
              }
            });
    if (engines.isEmpty()) {
      root.report("engines", "none (expected: at least one group of engines)");
    }
    return engines;
  }

  /** Over the members of a group of organizations, in proportion to their shares. */
  private static List<String> owners(
      String owner, int count, Map<String, List<OrganizationSpec>> organizations) {
    List<OrganizationSpec> members = organizations.getOrDefault(owner, List.of());
    List<String> owners = new ArrayList<>();
    double[] given = new double[members.size()];
    for (int i = 0; i < count; i++) {
      int neediest = -1;
      for (int m = 0; m < given.length; m++) {
        double share = size(members.get(m));
        if (neediest < 0
            || (given[m] + 1) / share < (given[neediest] + 1) / size(members.get(neediest))) {
          neediest = m;
        }
      }
      if (neediest < 0) {
        owners.add(owner);
      } else {
        given[neediest]++;
        owners.add(members.get(neediest).name());
      }
    }
    return owners;
  }

  private static double size(OrganizationSpec organization) {
    return Math.max(1e-9, organization.demand().ownRate().orElse(organization.demand().share()));
  }

  private static EngineModel model(Keys group) {
    boolean slots = group.flag("slots", false);
    if (group.has("hardware") == group.has("invented")) {
      group.report("hardware", "hardware and invented (expected: exactly one of them)");
      group.groupNode("hardware");
      group.groupNode("invented");
      return EngineModel.invented(EngineCapacity.of(1), 1, 1, 1);
    }
    return group.has("invented")
        ? invented(group.group("invented"), slots)
        : onHardware(group, slots);
  }

  private static EngineModel invented(Keys group, boolean slots) {
    try (group) {
      EngineCapacity capacity =
          new EngineCapacity(
              group.integer("sequences", 1, 100_000, 256),
              (long) group.number("kv_tokens", 1, 1e12, OptionalDouble.empty()),
              slots);
      return EngineModel.invented(
          capacity,
          group.number("prefill_tokens_per_second", 1, 1e9, OptionalDouble.empty()),
          group.nanos("step", 1e-6, OptionalDouble.empty()),
          group.nanos("step_per_sequence", 0, 0));
    }
  }

  private static EngineModel onHardware(Keys group, boolean slots) {
    HardwareTiming timing = timing(group.group("hardware"));
    int kvTokens = timing.largestBatch(1);
    if (kvTokens < 1) {
      group.report("hardware", "too small (expected: memory for the model's weights)");
    }
    int usual = Math.clamp(timing.largestBatch(USUAL_CONTEXT), 1, 256);
    EngineCapacity capacity =
        new EngineCapacity(
            group.integer("sequences", 1, 100_000, usual), Math.max(1, kvTokens), slots);
    return EngineModel.of(timing, capacity);
  }

  private static HardwareTiming timing(Keys group) {
    try (group) {
      for (String key : List.of("device", "model")) {
        if (!group.has(key)) {
          group.report(key, "missing (expected: " + known(key) + ")");
        }
      }
      return new HardwareTiming(
          group.choice("device", DEVICES, Device.H100_SXM),
          group.integer("count", 1, 64, 1),
          group.choice("model", SHAPES, ModelShape.LLAMA_8B),
          group.word("precision", Precision.class, Precision.BF16));
    }
  }

  private static String known(String key) {
    return Optional.of(key)
        .filter(k -> k.equals("device"))
        .map(_ -> "one of " + String.join(", ", DEVICES.keySet()))
        .orElseGet(() -> "one of " + String.join(", ", SHAPES.keySet()));
  }
}
