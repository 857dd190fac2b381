package org.archipel.directory.census;

import java.util.regex.Pattern;
import org.archipel.directory.DirectoryException;

/**
 * What something is expected to cost.
 *
 * @param microCurrency in millionths of the currency, at least 0
 * @param currency 1 to 16 letters, as EUR or parts
 */
public record CensusCost(long microCurrency, String currency) {
  private static final Pattern CURRENCY = Pattern.compile("[A-Za-z]{1,16}");

  /**
   * Checks the forms.
   *
   * @throws DirectoryException of kind {@code INVALID}
   */
  public CensusCost {
    if (microCurrency < 0) {
      throw DirectoryException.invalid("cost", String.valueOf(microCurrency), ">= 0");
    }
    if (!CURRENCY.matcher(currency).matches()) {
      throw DirectoryException.invalid("currency", "not one", "1 to 16 letters, as EUR");
    }
  }
}
