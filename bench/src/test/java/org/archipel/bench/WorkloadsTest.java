package org.archipel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkloadsTest {
  @Test
  void opensTenThousandStreamsWhereDescriptorsAllow() {
    assertThat(Workloads.streams(65_536)).isEqualTo(10_000);
  }

  @Test
  void opensFewerStreamsWhereDescriptorsDoNotAllow() {
    assertThat(Workloads.streams(20_000)).isEqualTo(9_750);
    assertThat(Workloads.streams(1_024)).isEqualTo(262);
    assertThat(Workloads.streams(100)).isEqualTo(1);
  }

  @Test
  void everyModelThatIsAskedForExists() {
    assertThat(Workloads.all(true, 20_000))
        .filteredOn(SteadyWorkload.class::isInstance)
        .extracting(workload -> ((SteadyWorkload) workload).model())
        .isSubsetOf(UpstreamAnswers.MODELS);
  }
}
