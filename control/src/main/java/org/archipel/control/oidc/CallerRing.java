package org.archipel.control.oidc;

import org.archipel.directory.Caller;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.KeyCheck.Rejected;
import org.archipel.directory.KeyRing;

/**
 * All the ways in which callers of the inference API are known: keys, access tokens, and the tokens
 * that name the person behind a key. A good key costs what it costs without the others.
 * Thread-safe, never blocking.
 *
 * @param keys the directory's
 * @param tokens of providers
 * @param users behind keys
 */
public record CallerRing(KeyRing keys, AccessTokens tokens, UserTokens users) implements KeyRing {
  @Override
  public KeyCheck check(String presented) {
    KeyCheck check = keys.check(presented);
    return check == Rejected.UNKNOWN && tokens.mayBe(presented) ? tokens.check(presented) : check;
  }

  @Override
  public KeyCheck identify(Caller caller, String userToken) {
    return users.identify(caller, userToken);
  }
}
