package org.archipel.engines;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes down what it hears, and what should not have been said. */
final class RecordingListener implements EngineListener {
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private final AtomicInteger inside = new AtomicInteger();
  private final Map<String, Capabilities> up = new HashMap<>();
  private final Map<String, EngineSpec> described = new HashMap<>();

  @Override
  public void engineUp(String model, EngineSpec engine, Capabilities capabilities) {
    enter();
    String name = model + "@" + engine.id();
    Capabilities before;
    EngineSpec specBefore;
    synchronized (up) {
      before = up.put(name, capabilities);
      specBefore = described.put(name, engine);
    }
    if (capabilities.equals(before) && engine.equals(specBefore)) {
      wrong.add("up again without news: " + name);
    }
    heard.add("up " + name);
    inside.decrementAndGet();
  }

  @Override
  public void engineDown(String model, String engine) {
    enter();
    String name = model + "@" + engine;
    synchronized (up) {
      if (up.remove(name) == null) {
        wrong.add("down without up: " + name);
      }
    }
    heard.add("down " + name);
    inside.decrementAndGet();
  }

  @Override
  public void engineGone(String model, String engine) {
    enter();
    String name = model + "@" + engine;
    synchronized (up) {
      if (up.containsKey(name)) {
        wrong.add("gone while up: " + name);
      }
    }
    heard.add("gone " + name);
    inside.decrementAndGet();
  }

  private void enter() {
    if (inside.incrementAndGet() != 1) {
      wrong.add("two calls at a time");
    }
  }

  List<String> heard() {
    return new ArrayList<>(heard);
  }

  List<String> wrong() {
    return new ArrayList<>(wrong);
  }

  Map<String, Capabilities> up() {
    synchronized (up) {
      return new HashMap<>(up);
    }
  }
}
