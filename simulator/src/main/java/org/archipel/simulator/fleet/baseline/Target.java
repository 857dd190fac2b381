package org.archipel.simulator.fleet.baseline;

import org.archipel.scheduling.Demand;
import org.archipel.scheduling.EngineProfile;
import org.archipel.scheduling.EngineSpeed;
import org.archipel.scheduling.RoutingMode;

/** An engine as a baseline sees it. */
final class Target {
  /** A usual request, by which capacities are weighed. */
  private static final double USUAL_PROMPT = 1000;

  private static final double USUAL_OUTPUT = 200;

  private EngineProfile profile;
  private boolean up = true;
  private int outstanding;
  private double capacity;
  private double credit;

  Target(EngineProfile profile) {
    this.profile = profile;
    this.capacity = capacity(profile);
  }

  void profile(EngineProfile value) {
    profile = value;
    capacity = capacity(value);
    up = true;
  }

  void down() {
    up = false;
  }

  boolean isUp() {
    return up;
  }

  String id() {
    return profile.engine();
  }

  int maxConcurrency() {
    return profile.capacity().maxConcurrency();
  }

  int outstanding() {
    return outstanding;
  }

  void outstanding(int change) {
    outstanding += change;
  }

  /** What weighted round robin owes it. */
  double credit() {
    return credit;
  }

  void credit(double change) {
    credit += change;
  }

  /** Usual requests a second when its batch is full: what a well-informed operator would set. */
  double capacity() {
    return capacity;
  }

  boolean mayServe(Demand demand) {
    return up
        && !demand.excludedEngines().contains(profile.engine())
        && (demand.routing() != RoutingMode.LOCAL_ONLY
            || profile.owner().equals(demand.flow().organization()));
  }

  private static double capacity(EngineProfile profile) {
    EngineSpeed speed = profile.speed();
    double batch = profile.capacity().maxConcurrency();
    double kv = profile.capacity().kvTokens();
    if (kv > 0) {
      batch = Math.clamp(kv / (USUAL_PROMPT + USUAL_OUTPUT), 1, batch);
    }
    double interToken =
        speed.interTokenBaseSeconds() + batch * speed.interTokenPerSequenceSeconds();
    return 1 / (USUAL_PROMPT / speed.prefillTokensPerSecond() + USUAL_OUTPUT * interToken / batch);
  }
}
