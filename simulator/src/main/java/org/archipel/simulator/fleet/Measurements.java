package org.archipel.simulator.fleet;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.archipel.scheduling.Refusal;
import org.archipel.scheduling.ServiceClass;
import org.archipel.simulator.fleet.scenario.OrganizationSpec;
import org.archipel.simulator.fleet.scenario.Scenario;

/** What is measured of one simulation: requests that arrive, and service that is given, in time. */
final class Measurements {
  private final Scenario scenario;
  private final ScopeRecord total = new ScopeRecord();
  private final List<ScopeRecord> organizations = new ArrayList<>();
  private final List<ScopeRecord> classes = new ArrayList<>();
  private final FairnessRecord fairness;
  private final WaitProbes probes;
  private final Map<Metric, Double> own = new EnumMap<>(Metric.class);
  private int longestPrompt;
  private long mostTokens;

  Measurements(Scenario scenario) {
    this.scenario = scenario;
    List<OrganizationSpec> specs = scenario.organizations();
    double[] weights = new double[specs.size()];
    for (int i = 0; i < weights.length; i++) {
      organizations.add(new ScopeRecord());
      weights[i] = specs.get(i).agreed().weight() * specs.get(i).agreed().contribution();
    }
    for (int i = 0; i < ServiceClass.values().length; i++) {
      classes.add(new ScopeRecord());
    }
    fairness = new FairnessRecord(weights);
    probes = new WaitProbes(weights.length);
  }

  boolean measures(long now) {
    return now >= scenario.period().measureFromNanos() && now < scenario.period().measureToNanos();
  }

  void arrived(Ticket ticket) {
    fairness.pending(ticket.organization, 1);
    longestPrompt = Math.max(longestPrompt, ticket.ask.prompt());
    if (measures(ticket.arrivalNanos)) {
      total.offered();
      organizations.get(ticket.organization).offered();
      classes.get(ticket.serviceClass).offered();
    }
  }

  void waits(Ticket ticket) {
    probes.waits(ticket);
  }

  /** A ticket that waited in the pool was decided on. */
  void leftQueue(Ticket ticket, long now) {
    probes.left(ticket, now);
  }

  void refused(Ticket ticket, Refusal refusal, long now) {
    fairness.pending(ticket.organization, -1);
    if (!measures(ticket.arrivalNanos)) {
      return;
    }
    total.refused(refusal.reason());
    organizations.get(ticket.organization).refused(refusal.reason());
    classes.get(ticket.serviceClass).refused(refusal.reason());
    if (refusal.reason() == Refusal.Reason.QUEUE_FULL
        || refusal.reason() == Refusal.Reason.PREDICTED_WAIT) {
      probes.advised(ticket, refusal.retryAfterNanos(), now);
    }
  }

  void admitted(Ticket ticket) {
    fairness.pending(ticket.organization, -1);
    if (measures(ticket.arrivalNanos)) {
      total.started(ticket.ask.prompt(), ticket.cached);
      organizations.get(ticket.organization).started(ticket.ask.prompt(), ticket.cached);
      classes.get(ticket.serviceClass).started(ticket.ask.prompt(), ticket.cached);
    }
  }

  void firstToken(Ticket ticket, long now) {
    ticket.firstTokenNanos = now;
    int uncached = ticket.ask.prompt() - ticket.cached;
    serve(ticket, uncached + ScopeRecord.CACHED_COST * ticket.cached, now);
    if (measures(ticket.arrivalNanos)) {
      latency(ticket, now - ticket.arrivalNanos);
    }
  }

  /** So many tokens were generated so far. */
  void generated(Ticket ticket, int tokens, long now) {
    serve(ticket, ScopeRecord.OUTPUT_COST * (tokens - ticket.counted), now);
    ticket.counted = tokens;
  }

  void finished(Ticket ticket, long now) {
    generated(ticket, ticket.ask.output(), now);
    if (!measures(ticket.arrivalNanos)) {
      return;
    }
    boolean several = ticket.ask.output() > 1;
    double itl = several ? (now - ticket.firstTokenNanos) / (double) (ticket.ask.output() - 1) : 0;
    long ttft = ticket.firstTokenNanos - ticket.arrivalNanos;
    Scenario.Objective objective = scenario.objective();
    total.served(ttft, itl, several, objective);
    organizations.get(ticket.organization).served(ttft, itl, several, objective);
    classes.get(ticket.serviceClass).served(ttft, itl, several, objective);
  }

  /** The simulation ended before the ticket did. */
  void unfinished(Ticket ticket, long now) {
    if (measures(ticket.arrivalNanos)) {
      total.unfinished();
      organizations.get(ticket.organization).unfinished();
      classes.get(ticket.serviceClass).unfinished();
      if (ticket.firstTokenNanos == 0) {
        latency(ticket, now - ticket.arrivalNanos);
      }
    }
  }

  /** A second of measured time passed, with so many tokens in the batches of all engines. */
  void sample(long tokens) {
    mostTokens = Math.max(mostTokens, tokens);
    fairness.sample();
  }

  /** Sets a metric that somebody else knows, of the whole fleet. */
  void set(Metric metric, double value) {
    own.put(metric, value);
  }

  /** The metrics of all scopes, by name. */
  Map<String, Map<Metric, Double>> values() {
    Map<String, Map<Metric, Double>> values = new LinkedHashMap<>();
    Map<Metric, Double> fleet = write(total);
    fleetWide(fleet);
    values.put("total", fleet);
    for (int i = 0; i < organizations.size(); i++) {
      values.put("org:" + scenario.organizations().get(i).name(), write(organizations.get(i)));
    }
    ServiceClass[] all = ServiceClass.values();
    for (int i = 0; i < all.length; i++) {
      values.put("class:" + all[i].name().toLowerCase(Locale.ROOT), write(classes.get(i)));
    }
    return values;
  }

  private Map<Metric, Double> write(ScopeRecord record) {
    Scenario.Period period = scenario.period();
    double seconds = (period.measureToNanos() - period.measureFromNanos()) / 1e9;
    return record.values(seconds, total.service());
  }

  private void fleetWide(Map<Metric, Double> values) {
    values.put(Metric.JAIN, fairness.jain());
    values.put(Metric.SERVICE_GAP, fairness.largestGap());
    // Bound of virtual token counters, scheduling.md §3 (VTC) with the weights of §5.1.
    double largest = Math.max(longestPrompt, ScopeRecord.OUTPUT_COST * mostTokens);
    values.put(Metric.SERVICE_GAP_BOUND, 2 * largest / fairness.smallestWeight());
    values.put(Metric.ADVICES, probes.known() == 0 ? Double.NaN : (double) probes.known());
    values.put(Metric.ADVICE_RIGHT, probes.rightShare());
    values.put(Metric.ADVICE_CLOSE, probes.closeShare());
    values.putAll(own);
  }

  private void latency(Ticket ticket, long nanos) {
    total.firstToken(nanos);
    organizations.get(ticket.organization).firstToken(nanos);
    classes.get(ticket.serviceClass).firstToken(nanos);
  }

  private void serve(Ticket ticket, double units, long now) {
    if (measures(now)) {
      fairness.serve(ticket.organization, units);
      total.serve(units);
      organizations.get(ticket.organization).serve(units);
      classes.get(ticket.serviceClass).serve(units);
    }
  }
}
