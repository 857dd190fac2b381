package org.archipel.server.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.archipel.federation.adverts.ShareRule;
import org.archipel.federation.adverts.ShareRules;
import org.archipel.federation.peers.PeerOptions;

/**
 * What the site shares with others, and how it accounts with them.
 *
 * @param shares with whom it shares what
 * @param receiptsEvery how often receipts are asked for
 * @param receiptsGrace how long a receipt or a record may be missing before that is a dispute
 * @param carbonGramsPerKwh of its electricity, when it tells
 */
public record PeerConfig(
    ShareRules shares,
    Duration receiptsEvery,
    Duration receiptsGrace,
    OptionalInt carbonGramsPerKwh) {
  private static final int MOST_CARBON = 5_000;

  static PeerConfig read(Section section) {
    return new PeerConfig(
        new ShareRules(share(section), equivalents(section)),
        section
            .find("receipts_every", Forms.duration(Duration.ofSeconds(1), Duration.ofHours(1)))
            .orElse(PeerOptions.USUAL_PULL),
        section
            .find("receipts_grace", Forms.duration(Duration.ofSeconds(10), Duration.ofDays(7)))
            .orElse(PeerOptions.USUAL_GRACE),
        section
            .find("carbon_g_per_kwh", Forms.integer(0, MOST_CARBON))
            .map(OptionalInt::of)
            .orElse(OptionalInt.empty()));
  }

  private static List<ShareRule> share(Section section) {
    boolean said = section.hasList("share");
    Set<String> named = new HashSet<>();
    List<ShareRule> rules =
        section.groups("share").stream().map(group -> rule(group, named)).toList();
    return said ? rules : List.of(ShareRule.ALL);
  }

  private static ShareRule rule(Section group, Set<String> named) {
    try (group) {
      Set<String> with = new LinkedHashSet<>(group.list("with", Forms.TEXT));
      if (with.isEmpty()) {
        group.report("with", "missing (expected: ids of sites, or * for every trusted one)");
      }
      for (String site : with) {
        if (!named.add(site)) {
          group.report("with", site + " twice (expected: one rule for a site)");
        }
      }
      return new ShareRule(
          with,
          Set.copyOf(group.list("models", Forms.MODEL_NAME)),
          Set.copyOf(group.list("organizations", Forms.NAME)),
          group.find("ceiling_percent", Forms.integer(1, 100)).orElse(100));
    }
  }

  private static Map<String, Set<String>> equivalents(Section section) {
    Map<String, Set<String>> equivalents = new HashMap<>();
    for (Section group : section.groups("equivalents")) {
      try (group) {
        String model = group.require("model", Forms.MODEL_NAME, "");
        equivalents.merge(
            model,
            Set.copyOf(group.list("theirs", Forms.MODEL_NAME)),
            (a, b) -> {
              group.report("model", model + " twice (expected: one group for a model)");
              return a;
            });
      }
    }
    return equivalents;
  }
}
