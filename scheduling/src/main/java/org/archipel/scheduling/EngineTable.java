package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The engines of a pool by name and by number, and by whom they belong to. Not thread-safe. */
final class EngineTable {
  /** Numbers are kept in 16 bits. */
  private static final int MOST = Short.MAX_VALUE - 1;

  private final Map<String, Engine> byName = new HashMap<>();
  private final List<Engine> byNumber = new ArrayList<>();

  /** Those that left, as long as nobody has their numbers. */
  private final List<Engine> gone = new ArrayList<>();

  private final Map<String, EngineGroup> groups = new HashMap<>();
  private final List<EngineGroup> groupList = new ArrayList<>();

  Engine at(int number) {
    return byNumber.get(number);
  }

  @Nullable Engine find(String name) {
    return byName.get(name);
  }

  /** The engines of an organization, if it ever had any here. */
  @Nullable EngineGroup ownedBy(String organization) {
    return groups.get(organization);
  }

  List<EngineGroup> groups() {
    return groupList;
  }

  /** Those that are not gone. */
  Collection<Engine> named() {
    return byName.values();
  }

  List<Engine> all() {
    return byNumber;
  }

  EngineGroup group(String owner) {
    EngineGroup known = groups.get(owner);
    if (known == null) {
      known = new EngineGroup(owner);
      groups.put(owner, known);
      groupList.add(known);
    }
    return known;
  }

  /** Whether it has a number here, be it gone by name. */
  boolean has(Engine engine) {
    return engine.number() < byNumber.size() && byNumber.get(engine.number()) == engine;
  }

  /** Forgets an engine by name; its number is free again when nothing runs on it any more. */
  void remove(Engine engine) {
    byName.remove(engine.id());
    engine.group().engines().remove(engine);
    gone.add(engine);
  }

  /** Whether it left and nothing runs there. */
  boolean over(Engine engine) {
    return engine.running() == 0 && byName.get(engine.id()) != engine;
  }

  /** An engine that is over and whose number may be taken, if there is one. */
  @Nullable Engine predecessor() {
    for (Engine engine : gone) {
      if (engine.running() == 0) {
        return engine;
      }
    }
    return null;
  }

  int nextNumber() {
    Engine before = predecessor();
    if (before != null) {
      return before.number();
    }
    if (byNumber.size() >= MOST) {
      throw new IllegalStateException("engines: more than " + MOST + " in one pool");
    }
    return byNumber.size();
  }

  void add(Engine engine) {
    byName.put(engine.id(), engine);
    engine.group().engines().add(engine);
    if (engine.number() == byNumber.size()) {
      byNumber.add(engine);
      return;
    }
    Engine before = byNumber.set(engine.number(), engine);
    gone.remove(before);
    engine.succeeds(before);
  }
}
