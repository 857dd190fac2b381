package org.archipel.engines;

import org.archipel.scheduling.EngineLoad;

/** What a listener has to hear. */
sealed interface Change {
  void tell(EngineListener listener);

  record Up(String model, EngineSpec engine, Capabilities capabilities) implements Change {
    @Override
    public void tell(EngineListener listener) {
      listener.engineUp(model, engine, capabilities);
    }
  }

  record Load(String model, String engine, EngineLoad load) implements Change {
    @Override
    public void tell(EngineListener listener) {
      listener.engineLoad(model, engine, load);
    }
  }

  record Down(String model, String engine) implements Change {
    @Override
    public void tell(EngineListener listener) {
      listener.engineDown(model, engine);
    }
  }

  record Gone(String model, String engine) implements Change {
    @Override
    public void tell(EngineListener listener) {
      listener.engineGone(model, engine);
    }
  }
}
