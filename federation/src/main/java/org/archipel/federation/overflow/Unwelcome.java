package org.archipel.federation.overflow;

import java.util.Locale;

/**
 * Why a request of another site is not served, although its assertion is that site's own. The
 * catalogue is closed.
 */
public enum Unwelcome {
  /** Its claims have not the form. */
  MALFORMED,
  /** It came to that site from a third one. */
  SECOND_HOP,
  /** The assertion is for another method or path. */
  OTHER_REQUEST,
  /** It is valid for longer than an assertion may be. */
  VALID_TOO_LONG,
  /** The organization is suspended here, or may use nothing. */
  ORGANIZATION_REFUSED,
  /** This site shares nothing with that site or organization. */
  NOT_SHARED,
  /** The site sends more requests than anybody may, or too many come at once. */
  FLOOD;

  /** As it is written in logs, metrics and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
