package org.archipel.federation.trust;

import java.util.Locale;

/** Why something that came from another entity is not believed. The catalogue is closed. */
public enum Distrust {
  /** No JWT, or claims of the wrong shape. */
  MALFORMED,
  /** The header's {@code typ} is another than expected. */
  WRONG_TYPE,
  /** Unsigned, or signed in another way than ES256. */
  ALGORITHM_REFUSED,
  /** No key of the issuer has this {@code kid}. */
  KEY_UNKNOWN,
  SIGNATURE_INVALID,
  EXPIRED,
  /** Issued in the future, beyond what clocks may differ. */
  NOT_YET_VALID,
  /** It names claims as critical that are not understood here. */
  CRITICAL_CLAIM_UNKNOWN,
  /** It was made for somebody else. */
  WRONG_AUDIENCE,
  /** It was used before. */
  REPLAYED,
  /** Issuer or subject are not who they have to be at this place of a chain. */
  BROKEN_LINK,
  CHAIN_LOOP,
  CHAIN_TOO_LONG,
  /** No chain leads to the consortium's anchor. */
  NO_CHAIN_TO_ANCHOR,
  /** The anchor signs with other keys than those that were pinned. */
  ANCHOR_KEY_MISMATCH,
  POLICY_VIOLATION,
  CONSTRAINT_VIOLATION,
  /** It has no valid mark of membership. */
  NOT_A_MEMBER,
  /** A mark was issued by somebody who may not. */
  MARK_ISSUER_REFUSED,
  /** A mark belongs to an owner who did not delegate it, or not in this way. */
  MARK_DELEGATION_INVALID,
  /** A mark is about somebody else. */
  MARK_SUBJECT_MISMATCH,
  MARK_REVOKED,
  SUSPENDED,
  /** Another entity that is trusted has the same site id. */
  SITE_ID_TAKEN,
  /** Nobody here knows this entity. */
  UNKNOWN_PARTNER,
  /** A URL that this site does not call: another scheme, a private address, a strange path. */
  ADDRESS_REFUSED,
  REDIRECT_REFUSED,
  TOO_LARGE,
  /** The entity that was asked does not have what was asked for. */
  NOT_FOUND,
  UNREACHABLE;

  /** Whether it may be otherwise in a moment, and says nothing about whom it is about. */
  boolean passing() {
    return this == UNREACHABLE || this == NOT_FOUND;
  }

  /** As it is written in logs, metrics and the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
