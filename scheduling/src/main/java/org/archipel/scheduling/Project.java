package org.archipel.scheduling;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A project of an organization in a pool: its lines, by class and by where they may run. Not
 * thread-safe.
 *
 * @param <T> the caller's ticket
 */
final class Project<T> {
  private static final int CLASSES = ServiceClass.values().length;
  private static final int MODES = RoutingMode.values().length;

  private final String name;
  private final Tenant tenant;
  private final FlowLine<T>[] lines;
  private final int[] waitingIn = new int[CLASSES];
  private final int[] running = new int[CLASSES];
  private double localTime;
  private double externalTime;
  private int waiting;
  private long tried;

  @SuppressWarnings({"unchecked", "rawtypes"}) // there are no arrays of generic types
  Project(String name, Tenant tenant) {
    this.name = name;
    this.tenant = tenant;
    this.lines = new FlowLine[CLASSES * MODES];
  }

  String name() {
    return name;
  }

  Tenant tenant() {
    return tenant;
  }

  /** The line, if something ever waited in it. */
  @Nullable FlowLine<T> line(int serviceClass, RoutingMode mode) {
    return lines[serviceClass * MODES + mode.index()];
  }

  FlowLine<T> lineFor(int serviceClass, RoutingMode mode) {
    int i = serviceClass * MODES + mode.index();
    FlowLine<T> line = lines[i];
    if (line == null) {
      line = new FlowLine<>();
      lines[i] = line;
    }
    return line;
  }

  int waiting() {
    return waiting;
  }

  int waiting(int serviceClass) {
    return waitingIn[serviceClass];
  }

  void waits(int serviceClass, int by) {
    waiting += by;
    waitingIn[serviceClass] += by;
  }

  /** Whether nothing of it waits or runs. */
  boolean idle() {
    return waiting == 0 && Arrays.stream(running).allMatch(n -> n == 0);
  }

  int running(int serviceClass) {
    return running[serviceClass];
  }

  void runs(int serviceClass, int by) {
    running[serviceClass] += by;
  }

  double time(boolean local) {
    return local ? localTime : externalTime;
  }

  void time(boolean local, double time) {
    if (local) {
      localTime = time;
    } else {
      externalTime = time;
    }
  }

  boolean triedIn(long turn) {
    return tried == turn;
  }

  void tried(long turn) {
    tried = turn;
  }
}
