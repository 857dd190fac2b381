/**
 * Whom this site trusts, by OpenID Federation 1.0: its own keys and entity configuration, chains to
 * the consortium's anchor, trust marks, and acting as the anchor.
 *
 * <p>Nothing that another entity says is believed before its chain is; each refusal has a name.
 */
@NullMarked
package org.archipel.federation.trust;

import org.jspecify.annotations.NullMarked;
