package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The site at one moment, as the console shows it. */
record LiveView(
    Instant at,
    @JsonPropertyDescription("whether the site takes requests") boolean ready,
    Totals totals,
    @JsonPropertyDescription("by class, the most urgent first") List<OfClass> classes,
    List<Pool> pools,
    @JsonPropertyDescription("the last quarter of an hour, with the first event only")
        Optional<List<Point>> history) {

  LiveView {
    classes = List.copyOf(classes);
    pools = List.copyOf(pools);
    history = history.map(List::copyOf);
  }

  /** The site as a whole; rates are means of the last ten seconds. */
  record Totals(
      int running,
      int waiting,
      double requestsPerSecond,
      double refusedPerSecond,
      double failedPerSecond,
      double promptTokensPerSecond,
      double completionTokensPerSecond) {}

  /** Waits for an engine in the last five minutes, of requests that are over. */
  record OfClass(
      @JsonProperty("class") String serviceClass,
      int waiting,
      int running,
      double oldestWaitSeconds,
      long requests,
      @JsonPropertyDescription("half waited less; absent when there were no requests")
          OptionalDouble medianWaitSeconds,
      @JsonPropertyDescription("one of twenty waited longer") OptionalDouble longWaitSeconds) {}

  /** One model's pool. */
  record Pool(
      String model,
      OptionalDouble saturation,
      int waiting,
      int running,
      double oldestWaitSeconds,
      int enginesUp,
      int engines,
      @JsonPropertyDescription("those that the caller may see") List<QueueRoutes.FlowView> flows,
      @JsonPropertyDescription("for who runs the site or audits it")
          Optional<List<QueueRoutes.QueueEngineView>> engineStates) {}

  /** A moment of the past. */
  record Point(
      Instant at,
      int running,
      int waiting,
      double requestsPerSecond,
      double completionTokensPerSecond) {}
}
