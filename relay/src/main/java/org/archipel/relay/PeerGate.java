package org.archipel.relay;

import java.util.Optional;

/**
 * The way to other sites and from them. Thread-safe; called on virtual threads, since signing and
 * checking take a fraction of a millisecond, but waits for nobody.
 */
public interface PeerGate {
  /** Of a site that serves alone. */
  PeerGate NONE =
      new PeerGate() {
        @Override
        public Optional<Passport> passport(OverflowFacts facts) {
          return Optional.empty();
        }

        @Override
        public VisitCheck admit(String assertion, OverflowFacts.Target target) {
          return new VisitCheck.Refused(VisitCheck.Why.NOT_BELIEVED, "no_federation");
        }
      };

  /** What a request needs to be served there; empty when nothing is sent to that site now. */
  Optional<Passport> passport(OverflowFacts facts);

  /**
   * Checks a request that came from another site, once: its assertion is used up.
   *
   * @param assertion as it came: anything at all
   * @param target what is asked for with it
   */
  VisitCheck admit(String assertion, OverflowFacts.Target target);
}
