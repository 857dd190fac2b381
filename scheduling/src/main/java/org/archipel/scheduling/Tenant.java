package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An organization in a pool: what it waits for, and the virtual times by which it shares. On its
 * own engines its classes and projects share among each other; elsewhere it shares with others
 * first. Not thread-safe.
 */
final class Tenant {
  private static final int CLASSES = ServiceClass.values().length;

  private final String name;
  private final boolean visiting;
  private final Map<String, Project<?>> projects = new LinkedHashMap<>();
  private final List<Project<?>> active = new ArrayList<>();
  private final int[] waiting = new int[CLASSES];
  private final double[] waitingCost = new double[CLASSES];
  private final LengthEstimate[] lengths = new LengthEstimate[CLASSES];
  private final Sharing localClasses = new Sharing();
  private final Sharing localProjects = new Sharing();
  private final Sharing externalProjects = new Sharing();
  private final Contribution contribution = new Contribution();
  private final Competition competition = new Competition();
  private final double[] localClassTimes = new double[CLASSES];
  private @Nullable EngineGroup engines;
  private double externalTime;
  private double weight = 1;
  private int totalWaiting;
  private int externalWaiting;
  private int running;
  private long tried;

  /**
   * @param visiting whether its demands come from another site: it owns nothing here then
   */
  Tenant(String name, boolean visiting) {
    this.name = name;
    this.visiting = visiting;
    for (int i = 0; i < CLASSES; i++) {
      lengths[i] = new LengthEstimate();
    }
  }

  String name() {
    return name;
  }

  boolean visiting() {
    return visiting;
  }

  /** Whether nothing of it waits or runs. */
  boolean idle() {
    return totalWaiting == 0 && running == 0;
  }

  /** Its own engines here, if it has any. */
  @Nullable EngineGroup engines() {
    return engines;
  }

  void engines(EngineGroup owned) {
    engines = owned;
  }

  Map<String, Project<?>> projects() {
    return projects;
  }

  /** Projects that have something waiting. */
  List<Project<?>> active() {
    return active;
  }

  LengthEstimate lengths(ServiceClass serviceClass) {
    return lengths[serviceClass.rank()];
  }

  Sharing localClasses() {
    return localClasses;
  }

  double localClassTime(int serviceClass) {
    return localClassTimes[serviceClass];
  }

  void localClassTime(int serviceClass, double time) {
    localClassTimes[serviceClass] = time;
  }

  Sharing projectClock(boolean local) {
    return local ? localProjects : externalProjects;
  }

  double externalTime() {
    return externalTime;
  }

  void externalTime(double time) {
    externalTime = time;
  }

  Contribution contribution() {
    return contribution;
  }

  Competition competition() {
    return competition;
  }

  double weight() {
    return weight;
  }

  void weight(double changed) {
    weight = changed;
  }

  int waiting() {
    return totalWaiting;
  }

  int waiting(int serviceClass) {
    return waiting[serviceClass];
  }

  double waitingCost(int serviceClass) {
    return waitingCost[serviceClass];
  }

  /** Those that may run elsewhere than on its own engines. */
  int externalWaiting() {
    return externalWaiting;
  }

  void waitsExternally(int by) {
    externalWaiting += by;
  }

  void waits(int serviceClass, int by, double cost) {
    waiting[serviceClass] += by;
    totalWaiting += by;
    // An empty line costs nothing, whatever rounding left behind.
    waitingCost[serviceClass] =
        waiting[serviceClass] == 0 ? 0 : Math.max(0, waitingCost[serviceClass] + cost);
  }

  int running() {
    return running;
  }

  void runs(int by) {
    running += by;
  }

  void tried(long turn) {
    tried = turn;
  }

  boolean triedIn(long turn) {
    return tried == turn;
  }
}
