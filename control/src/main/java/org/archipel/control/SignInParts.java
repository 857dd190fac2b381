package org.archipel.control;

import java.util.List;
import org.archipel.control.oidc.Provider;
import org.archipel.directory.access.SiteKey;

/**
 * How persons sign in.
 *
 * @param pages how browsers reach the listener
 * @param key seals what waits in browsers
 * @param providers those that the site trusts
 */
public record SignInParts(PublicAddress pages, SiteKey key, List<Provider> providers) {
  public SignInParts {
    providers = List.copyOf(providers);
  }
}
