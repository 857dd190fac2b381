package org.archipel.control;

import java.util.List;
import org.archipel.directory.ShortLivedKeys;

/**
 * What only the console needs.
 *
 * @param keys by which persons try models
 * @param settings the configuration, to look at
 */
public record ConsoleParts(ShortLivedKeys keys, List<Setting> settings) {
  public ConsoleParts {
    settings = List.copyOf(settings);
  }
}
