package org.archipel.federation.adverts;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.archipel.ledger.Tariff;
import org.archipel.scheduling.PoolOffer;

/**
 * What a site could do for others at one moment.
 *
 * @param models by their ids
 * @param tariffs what requests cost, valid now or later
 * @param carbonGramsPerKwh of its electricity, as far as it is told
 */
public record SiteOffer(
    Map<String, Model> models, List<Tariff> tariffs, OptionalInt carbonGramsPerKwh) {

  /** Copies. */
  public SiteOffer {
    models = Map.copyOf(models);
    tariffs = List.copyOf(tariffs);
  }

  /**
   * One model.
   *
   * @param aliases what else it is called
   * @param room for visitors, by class
   */
  public record Model(Set<String> aliases, PoolOffer room) {
    /** Copies. */
    public Model {
      aliases = Set.copyOf(aliases);
    }
  }
}
