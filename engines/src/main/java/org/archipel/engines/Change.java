package org.archipel.engines;

/** What a listener has to hear. */
sealed interface Change {
  void tell(EngineListener listener);

  record Up(String model, EngineSpec engine, Capabilities capabilities) implements Change {
    @Override
    public void tell(EngineListener listener) {
      listener.engineUp(model, engine, capabilities);
    }
  }

  record Down(String model, String engine) implements Change {
    @Override
    public void tell(EngineListener listener) {
      listener.engineDown(model, engine);
    }
  }
}
