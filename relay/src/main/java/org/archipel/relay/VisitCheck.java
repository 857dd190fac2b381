package org.archipel.relay;

/** What becomes of a request that comes with another site's assertion. */
public sealed interface VisitCheck {
  /** It may be served. */
  record Accepted(Visit visit) implements VisitCheck {}

  /**
   * It may not.
   *
   * @param why the kind of refusal
   * @param reason the name of the reason, for the other site's log
   */
  record Refused(Why why, String reason) implements VisitCheck {}

  /** Kinds of refusal. */
  enum Why {
    /** The assertion is not believed: 401. */
    NOT_BELIEVED,
    /** It is, but this site does not serve such requests: 403. */
    NOT_ALLOWED,
    /** There is no room for the site's requests now: 429. */
    NO_CREDIT
  }
}
