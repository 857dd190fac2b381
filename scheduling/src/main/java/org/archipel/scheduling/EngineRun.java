package org.archipel.scheduling;

/** A permit for one of the pool's own engines. Not thread-safe. */
final class EngineRun extends Run {
  private final Engine engine;
  private int batchAtFirstToken;

  EngineRun(Engine engine, Start start) {
    super(engine.id(), start);
    this.engine = engine;
  }

  Engine runsOn() {
    return engine;
  }

  @Override
  void firstToken(long now) {
    super.firstToken(now);
    batchAtFirstToken = engine.batch();
  }

  /** The mean of the batches in which it began and ended to generate. */
  double meanBatch() {
    return (batchAtFirstToken + engine.batch()) / 2.0;
  }
}
