package org.archipel.scheduling;

import java.util.ArrayList;
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
  private final Map<String, EngineGroup> groups = new HashMap<>();
  private final List<EngineGroup> groupList = new ArrayList<>();

  Engine at(int number) {
    return byNumber.get(number);
  }

  @Nullable Engine find(String name) {
    return byName.get(name);
  }

  boolean has(Engine engine) {
    return engine.number() < byNumber.size() && byNumber.get(engine.number()) == engine;
  }

  /** The engines of an organization, if it ever had any here. */
  @Nullable EngineGroup ownedBy(String organization) {
    return groups.get(organization);
  }

  List<EngineGroup> groups() {
    return groupList;
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

  int nextNumber() {
    if (byNumber.size() >= MOST) {
      throw new IllegalStateException("engines: more than " + MOST + " in one pool");
    }
    return byNumber.size();
  }

  void add(Engine engine) {
    byName.put(engine.id(), engine);
    byNumber.add(engine);
    engine.group().engines().add(engine);
  }
}
