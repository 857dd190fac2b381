package org.archipel.control.catalog;

import java.util.Optional;

/**
 * A model that an engine serves.
 *
 * @param model the model's id here
 * @param upstreamModel its name there, when it differs
 */
public record ServedModel(String model, Optional<String> upstreamModel) {
  /**
   * Checks the forms.
   *
   * @throws CatalogException of kind {@code INVALID}
   */
  public ServedModel {
    Form.MODEL_NAME.check("models", model);
    upstreamModel.ifPresent(name -> Form.UPSTREAM_NAME.check("upstream_model", name));
  }
}
