package org.archipel.federation.overflow;

import java.util.Optional;
import org.archipel.directory.AllowedModels;
import org.archipel.federation.trust.Partner;

/** With whom this site shares what. Thread-safe; answers from memory. */
public interface SharePolicy {
  /** Everything with every partner. */
  SharePolicy EVERYTHING = (_, _) -> Optional.of(AllowedModels.ALL);

  /**
   * The models that requests of an organization may use that come from a partner; empty when
   * nothing is shared with them.
   */
  Optional<AllowedModels> shared(Partner partner, String organization);
}
