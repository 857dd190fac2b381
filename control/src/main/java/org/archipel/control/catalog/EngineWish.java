package org.archipel.control.catalog;

/**
 * An engine as somebody wants it.
 *
 * @param draft what it is
 * @param typeFromEngine whether the engine is asked what it is; the draft's type is of no meaning
 *     then
 * @param apiKey what to do about its key
 * @param unchecked whether it is taken without being asked, for example because it does not run yet
 */
public record EngineWish(
    EngineDraft draft, boolean typeFromEngine, ApiKey apiKey, boolean unchecked) {

  /** What becomes of an engine's API key. */
  public sealed interface ApiKey {
    /** What it was; none for a new engine. */
    record Kept() implements ApiKey {}

    /** This one. */
    record Given(String secret) implements ApiKey {
      /**
       * Checks the form.
       *
       * @throws CatalogException of kind {@code INVALID}; the secret is not repeated
       */
      public Given {
        Form.API_KEY.check("api_key", secret);
      }

      @Override
      public String toString() {
        return "Given[…]";
      }
    }

    /** None. */
    record Removed() implements ApiKey {}
  }
}
