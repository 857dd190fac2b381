package org.archipel.scheduling;

/** A part of the policy that can be left out, to see in a simulation what it brings. */
public enum Feature {
  /** An engine's owner goes first, and others only up to a ceiling. */
  LOCALITY,
  /** Organizations and projects share by weight; else first come, first served. */
  FAIRNESS,
  /** Demands go where their beginning is cached. */
  PREFIX_AFFINITY,
  /** Engines are compared by their learned speed; else by their share of running requests. */
  SPEED,
  /** Limits follow what engines report and how fast they answer; else they are as declared. */
  ADAPTIVE_LIMITS,
  /** An engine gets only as many prompts at once as it computes in a moment. */
  PREFILL_GATE,
  /** Demands that would wait for too long are refused at the door. */
  EARLY_REFUSAL,
  /** Demands are dropped a margin before their deadline; else at it. */
  DROP_WITH_MARGIN,
  /** Interactive flows are served newest first while they are overloaded. */
  NEWEST_FIRST,
  /** What an organization gave to others and took from them changes its weight. */
  CONTRIBUTION
}
