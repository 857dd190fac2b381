package org.archipel.simulator;

/**
 * What goes wrong with what an engine tells of its load, while it serves as well as ever: {@code
 * /metrics}, {@code /v1/loads}, {@code /slots} and {@code /load}.
 */
public enum MetricsFault {
  /** Nothing. */
  NONE,
  /** The pages are gone: 404. */
  STOPPED,
  /** The pages are there and hold no series, as with vLLM's {@code --disable-log-stats}. */
  EMPTY,
  /** Every series and field has another name, as after an upgrade. */
  RENAMED,
  /** The pages say for ever what they said when this fault began. */
  STALE
}
