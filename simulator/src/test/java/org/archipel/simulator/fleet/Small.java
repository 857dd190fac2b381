package org.archipel.simulator.fleet;

import java.nio.file.Path;
import org.archipel.simulator.fleet.scenario.Scenario;
import org.archipel.simulator.fleet.scenario.ScenarioFile;
import org.archipel.simulator.fleet.scenario.Study;

/** Small scenarios for tests. */
final class Small {
  static final String BASE =
      """
      title: Small
      duration: 40s
      measure: {from: 5s, to: 40s}
      engines:
        fast: {count: 2, owner: a, invented: {prefill_tokens_per_second: 8000, step: 12ms,
               step_per_sequence: 200us, kv_tokens: 60000, sequences: 32}}
        slow: {owner: b, slots: true, invented: {prefill_tokens_per_second: 800, step: 60ms,
               step_per_sequence: 4ms, kv_tokens: 16000, sequences: 4}}
      organizations:
        a: {share: 2, projects: 2}
        b: {share: 1, classes: {interactive: 1, batch: 1}}
        c: {rate: 2, weight: 2}
      load:
        rate: 6
        requests:
          conversations: {continuing: 0.5, recent: 5}
          max_tokens: 2000
      """;

  private Small() {}

  static Study study(String text) {
    return ScenarioFile.parse(Path.of("small.yaml"), text);
  }

  static Scenario scenario(String more) {
    return study(BASE + more).variants().getFirst().scenario();
  }
}
