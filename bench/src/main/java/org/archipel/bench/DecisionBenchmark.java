package org.archipel.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one request costs the scheduler: its submission, the first token of an earlier one, the end
 * of another, and whatever these let start. On a pool of national size: 1,016 engines of 100
 * organizations.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 3)
public class DecisionBenchmark {
  /** Demands that wait: every engine is full, or, at 0, half of the places are free. */
  @Param({"20000", "0"})
  public int waiting;

  private BusyPool pool = new BusyPool(0);

  /** Fills the pool. */
  @Setup(Level.Trial)
  public void fill() {
    pool = new BusyPool(waiting);
    pool.fill();
  }

  /** Brings the queue back to its length, from which it drifts. */
  @Setup(Level.Iteration)
  public void level() {
    pool.level();
  }

  /** Says no rather than measure something else than was meant. */
  @TearDown(Level.Iteration)
  public void check() {
    pool.check();
  }

  /** One decision. The pool's tick is in it where it is due, once in 1,000. */
  @Benchmark
  public List<?> decision() {
    return pool.decide();
  }
}
