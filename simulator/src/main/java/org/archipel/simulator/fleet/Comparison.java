package org.archipel.simulator.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What came out of a study.
 *
 * @param title its name
 * @param question what it was to answer
 * @param trials every simulation, in the order of variants, policies and seeds
 */
public record Comparison(String title, String question, List<Trial> trials) {
  /** A fleet copes while so many of its requests are served within the objective. */
  private static final double COPES = 0.95;

  public Comparison {
    trials = List.copyOf(trials);
  }

  public List<String> variants() {
    return trials.stream().map(Trial::variant).distinct().toList();
  }

  public List<String> policies() {
    return trials.stream().map(Trial::policy).distinct().toList();
  }

  /** The variant's place on an axis, or NaN. */
  public double x(String variant) {
    return trials.stream()
        .filter(t -> t.variant().equals(variant))
        .mapToDouble(Trial::x)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** The scopes of which anything was asked in a variant. */
  public List<String> scopes(String variant) {
    List<String> scopes = new ArrayList<>();
    for (Trial trial : trials) {
      if (trial.variant().equals(variant)) {
        for (String scope : trial.result().values().keySet()) {
          if (trial.result().value(scope, Metric.OFFERED) > 0 && !scopes.contains(scope)) {
            scopes.add(scope);
          }
        }
      }
    }
    return scopes;
  }

  /** A metric's mean over the seeds. */
  public Estimate estimate(String variant, String policy, String scope, Metric metric) {
    return Estimate.of(
        trials.stream()
            .filter(t -> t.variant().equals(variant) && t.policy().equals(policy))
            .mapToDouble(t -> t.result().value(scope, metric))
            .toArray());
  }

  /** Whether the variants lie on an axis, so that a line can be drawn through them. */
  public boolean hasAxis() {
    return variants().size() > 1 && variants().stream().noneMatch(v -> Double.isNaN(x(v)));
  }

  /**
   * The place on the axis up to which a policy serves 95 % of the requests within the objective,
   * interpolated; empty without an axis, or when it never does.
   */
  public Optional<Double> knee(String policy) {
    if (!hasAxis()) {
      return Optional.empty();
    }
    List<String> sorted = variants().stream().sorted((a, b) -> Double.compare(x(a), x(b))).toList();
    Optional<Double> knee = Optional.empty();
    double before = Double.NaN;
    for (String variant : sorted) {
      double goodput = estimate(variant, policy, "total", Metric.GOODPUT).mean();
      if (!(goodput >= COPES)) {
        double reached = (before - COPES) / (before - goodput);
        return knee.map(x -> x + (x(variant) - x) * reached);
      }
      knee = Optional.of(x(variant));
      before = goodput;
    }
    return knee;
  }
}
