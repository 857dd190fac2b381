package org.archipel.simulator.fleet;

import java.util.List;
import java.util.Map;
import org.archipel.scheduling.Completion;
import org.archipel.scheduling.Decision;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.EngineLoad;
import org.archipel.scheduling.EngineProfile;
import org.archipel.scheduling.Permit;
import org.archipel.scheduling.Pool;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.scheduling.Share;

/** A pool that passes every call on to another one. */
class PassingPool implements Pool<Ticket> {
  private final Pool<Ticket> inner;

  PassingPool(Pool<Ticket> inner) {
    this.inner = inner;
  }

  @Override
  public List<Decision<Ticket>> submit(Demand demand, Ticket ticket, long now) {
    return inner.submit(demand, ticket, now);
  }

  @Override
  public boolean withdraw(Ticket ticket, long now) {
    return inner.withdraw(ticket, now);
  }

  @Override
  public List<Decision<Ticket>> firstToken(Permit permit, long now) {
    return inner.firstToken(permit, now);
  }

  @Override
  public void progressed(Permit permit, long completionTokens, long now) {
    inner.progressed(permit, completionTokens, now);
  }

  @Override
  public List<Decision<Ticket>> complete(Permit permit, Completion completion, long now) {
    return inner.complete(permit, completion, now);
  }

  @Override
  public List<Decision<Ticket>> engineUp(EngineProfile profile, long now) {
    return inner.engineUp(profile, now);
  }

  @Override
  public List<Decision<Ticket>> engineDown(String engine, long now) {
    return inner.engineDown(engine, now);
  }

  @Override
  public List<Decision<Ticket>> observe(String engine, EngineLoad load, long now) {
    return inner.observe(engine, load, now);
  }

  @Override
  public void shares(Map<String, Share> shares) {
    inner.shares(shares);
  }

  @Override
  public List<Decision<Ticket>> tick(long now) {
    return inner.tick(now);
  }

  @Override
  public int waiting() {
    return inner.waiting();
  }

  @Override
  public int running() {
    return inner.running();
  }

  @Override
  public PoolSnapshot snapshot(long now) {
    return inner.snapshot(now);
  }
}
