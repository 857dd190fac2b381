package org.archipel.directory;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * By what an organization is known elsewhere. Each is checked by its own check digits.
 *
 * @param siren of a legal entity in France: 9 digits
 * @param siret of one of its establishments: 14 digits, of which the first 9 are the SIREN
 * @param uai of an educational establishment in France: 7 digits and a letter
 * @param ror of a research organization: the 9 characters after {@code https://ror.org/}
 */
public record Identifiers(
    Optional<String> siren, Optional<String> siret, Optional<String> uai, Optional<String> ror) {
  /** None. */
  public static final Identifiers NONE =
      new Identifiers(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final Pattern SIREN = Pattern.compile("[0-9]{9}");
  private static final Pattern SIRET = Pattern.compile("[0-9]{14}");
  private static final Pattern UAI = Pattern.compile("[0-9]{7}[A-Z]");
  private static final Pattern ROR = Pattern.compile("0[0-9a-hjkmnp-tv-z]{6}[0-9]{2}");
  private static final String ROR_URL = "https://ror.org/";

  /** The letters by which the number of a UAI is checked, by its rest when divided by 23. */
  private static final String UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ";

  /** The digits of Crockford's base 32. */
  private static final String ROR_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

  /** Establishments of La Poste have numbers of their own kind. */
  private static final String LA_POSTE = "356000000";

  /**
   * Checks, and drops spaces and the address before a ROR.
   *
   * @throws DirectoryException when one is no such identifier
   */
  public Identifiers {
    siren = siren.map(Identifiers::compact);
    siret = siret.map(Identifiers::compact);
    uai = uai.map(Identifiers::compact);
    ror = ror.map(text -> text.startsWith(ROR_URL) ? text.substring(ROR_URL.length()) : text);
    siren.ifPresent(
        text -> check(SIREN.matcher(text).matches() && luhn(text), "siren", text, "9 digits"));
    siret.ifPresent(text -> check(isSiret(text), "siret", text, "14 digits"));
    uai.ifPresent(text -> check(isUai(text), "uai", text, "7 digits and a letter"));
    ror.ifPresent(text -> check(isRor(text), "ror", text, "https://ror.org/ and 9 characters"));
    if (siren.isPresent() && siret.isPresent() && !siret.get().startsWith(siren.get())) {
      throw Names.invalid("siret", siret.get(), "one that begins with the SIREN, " + siren.get());
    }
  }

  private static String compact(String text) {
    return text.replace(" ", "");
  }

  private static void check(boolean good, String field, String text, String form) {
    if (!good) {
      throw Names.invalid(field, Names.shown(text), form + " whose check holds");
    }
  }

  private static boolean isSiret(String text) {
    if (!SIRET.matcher(text).matches()) {
      return false;
    }
    boolean post = text.startsWith(LA_POSTE) && text.chars().map(c -> c - '0').sum() % 5 == 0;
    return post || luhn(text);
  }

  /** The check of SIREN and SIRET: ISO/IEC 7812-1, annex B. */
  private static boolean luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int weighed = i % 2 == 0 ? digit : 2 * digit;
      sum += weighed > 9 ? weighed - 9 : weighed;
    }
    return sum % 10 == 0;
  }

  private static boolean isUai(String text) {
    return UAI.matcher(text).matches()
        && UAI_LETTERS.charAt(Integer.parseInt(text.substring(0, 7)) % 23) == text.charAt(7);
  }

  /** The check of a ROR: ISO/IEC 7064, MOD 97-10, over the number before it. */
  private static boolean isRor(String text) {
    if (!ROR.matcher(text).matches()) {
      return false;
    }
    long number = 0;
    for (int i = 0; i < 7; i++) {
      number = 32 * number + ROR_DIGITS.indexOf(text.charAt(i));
    }
    return Integer.parseInt(text.substring(7)) == 98 - number * 100 % 97;
  }

  Map<String, String> described() {
    Map<String, String> all = new LinkedHashMap<>();
    siren.ifPresent(text -> all.put("siren", text));
    siret.ifPresent(text -> all.put("siret", text));
    uai.ifPresent(text -> all.put("uai", text));
    ror.ifPresent(text -> all.put("ror", text));
    return all;
  }
}
