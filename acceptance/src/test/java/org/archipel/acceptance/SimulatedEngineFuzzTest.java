package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;
import org.junit.jupiter.api.Test;

/** Tries the mutator on a server that was not written for it. */
final class SimulatedEngineFuzzTest {
  private static final long SEED = Long.getLong("archipel.seed", 1);
  private static final int MUTANTS = Integer.getInteger("archipel.mutants", 300);

  @Test
  void spoiltRequestsAreAnsweredOrCut() throws IOException {
    try (SimulatedEngine engine = engine()) {
      RequestMutator mutator = new RequestMutator(SEED, target(engine));
      List<String> faults = new ArrayList<>();
      for (int i = 0; i < MUTANTS; i++) {
        Mutant mutant = mutator.mutant(i);
        FuzzVerdict verdict = FuzzVerdict.of(engine.url(), mutant);
        verdict.fault().ifPresent(fault -> faults.add(mutant + ": " + fault));
      }
      assertThat(faults).isEmpty();
    }
  }

  /** Found by the mutator: seed 1, number 453. */
  @Test
  void aFormWithAnEmptyBoundaryIsRefused() throws IOException {
    try (SimulatedEngine engine = engine();
        RawHttp client = RawHttp.connect(engine.url())) {
      RawRequest form =
          RawRequest.of(
              "POST",
              "/v1/audio/transcriptions",
              "multipart/form-data; boundary=",
              new byte[] {'-', '-'});
      client.send(form.withLength().bytes());

      assertThat(client.read().status()).isEqualTo(400);
    }
  }

  private static SimulatedEngine engine() {
    return SimulatedEngine.start(
        new SimulatedEngineOptions()
            .withModels(
                SimulatedModel.chat("chat"),
                SimulatedModel.of("embed", SimulatedModel.Kind.EMBEDDING),
                SimulatedModel.of("listen", SimulatedModel.Kind.TRANSCRIPTION)));
  }

  private static SdkTarget target(SimulatedEngine engine) {
    return new SdkTarget(engine.url(), "any", "chat", "embed", "listen");
  }
}
