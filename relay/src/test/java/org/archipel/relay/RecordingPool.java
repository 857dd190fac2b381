package org.archipel.relay;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.archipel.scheduling.Completion;
import org.archipel.scheduling.Decision;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.EngineBudget;
import org.archipel.scheduling.EngineLoad;
import org.archipel.scheduling.EngineProfile;
import org.archipel.scheduling.FairPool;
import org.archipel.scheduling.Permit;
import org.archipel.scheduling.Pool;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.scheduling.SchedulingOptions;
import org.archipel.scheduling.Share;

/** A pool that shows what it was asked and told. */
final class RecordingPool implements Pool<Exchange> {
  private final Pool<Exchange> pool = new FairPool<>(SchedulingOptions.DEFAULTS);
  private final List<Demand> demands = new CopyOnWriteArrayList<>();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<Completion> completions = new CopyOnWriteArrayList<>();

  /** The demands that were submitted. */
  List<Demand> demands() {
    return demands;
  }

  /** What the pool heard of runs: {@code first}, or how many tokens there were. */
  List<String> told() {
    return told;
  }

  List<Completion> completions() {
    return completions;
  }

  @Override
  public List<Decision<Exchange>> submit(Demand demand, Exchange ticket, long now) {
    demands.add(demand);
    return pool.submit(demand, ticket, now);
  }

  @Override
  public boolean withdraw(Exchange ticket, long now) {
    return pool.withdraw(ticket, now);
  }

  @Override
  public List<Decision<Exchange>> firstToken(Permit permit, long now) {
    told.add("first");
    return pool.firstToken(permit, now);
  }

  @Override
  public void progressed(Permit permit, long completionTokens, long now) {
    told.add(String.valueOf(completionTokens));
    pool.progressed(permit, completionTokens, now);
  }

  @Override
  public List<Decision<Exchange>> complete(Permit permit, Completion completion, long now) {
    completions.add(completion);
    return pool.complete(permit, completion, now);
  }

  @Override
  public List<Decision<Exchange>> engineUp(EngineProfile profile, long now) {
    return pool.engineUp(profile, now);
  }

  @Override
  public List<Decision<Exchange>> engineUp(
      EngineProfile profile, EngineBudget.Part part, long now) {
    return pool.engineUp(profile, part, now);
  }

  @Override
  public List<Decision<Exchange>> offered(String engine, EngineBudget.Whose whose, long now) {
    return pool.offered(engine, whose, now);
  }

  @Override
  public List<Decision<Exchange>> engineDown(String engine, long now) {
    return pool.engineDown(engine, now);
  }

  @Override
  public List<Decision<Exchange>> engineGone(String engine, long now) {
    return pool.engineGone(engine, now);
  }

  @Override
  public List<Decision<Exchange>> observe(String engine, EngineLoad load, long now) {
    return pool.observe(engine, load, now);
  }

  @Override
  public void shares(Map<String, Share> shares) {
    pool.shares(shares);
  }

  @Override
  public List<Decision<Exchange>> tick(long now) {
    return pool.tick(now);
  }

  @Override
  public int waiting() {
    return pool.waiting();
  }

  @Override
  public int running() {
    return pool.running();
  }

  @Override
  public PoolSnapshot snapshot(long now) {
    return pool.snapshot(now);
  }
}
