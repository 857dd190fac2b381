package org.archipel.control.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.archipel.engines.ModelKind;

/**
 * A model as somebody wants it.
 *
 * @param id what callers name in {@code model}
 * @param aliases other names for it, at most 32
 * @param kind what it is for
 * @param contextWindow tokens of prompt and answer together, when it is not left to the engines
 */
public record ModelDraft(
    String id, List<String> aliases, ModelKind kind, OptionalInt contextWindow) {
  private static final int MOST_ALIASES = 32;

  /**
   * Checks the forms.
   *
   * @throws CatalogException of kind {@code INVALID}
   */
  public ModelDraft {
    Form.MODEL_NAME.check("id", id);
    if (aliases.size() > MOST_ALIASES) {
      throw Form.invalid("aliases", aliases.size() + " of them", "at most " + MOST_ALIASES);
    }
    Set<String> names = new HashSet<>(Set.of(id));
    for (String alias : aliases) {
      Form.MODEL_NAME.check("aliases", alias);
      if (!names.add(alias)) {
        throw Form.invalid("aliases", alias, "each name once");
      }
    }
    if (contextWindow.isPresent() && contextWindow.getAsInt() < 1) {
      throw Form.invalid("context_window", String.valueOf(contextWindow.getAsInt()), ">= 1");
    }
    aliases = List.copyOf(aliases);
  }
}
