package org.archipel.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentifiersTest {
  private static Identifiers of(String field, String text) {
    return new Identifiers(
        when(field.equals("siren"), text),
        when(field.equals("siret"), text),
        when(field.equals("uai"), text),
        when(field.equals("ror"), text));
  }

  private static Optional<String> when(boolean wanted, String text) {
    return wanted ? Optional.of(text) : Optional.empty();
  }

  @ParameterizedTest
  @CsvSource({
    "siren, 193509361",
    "siren, 732 829 320",
    "siret, 73282932000074",
    "siret, 35600000049837",
    "uai, 0350936C",
    "uai, 0755890V",
    "ror, 015m7wh34",
    "ror, https://ror.org/02feahw73",
    "ror, 03xjwb503",
  })
  void whatItsOwnCheckConfirmsIsTaken(String field, String text) {
    assertThat(of(field, text).described()).containsKey(field);
  }

  @ParameterizedTest
  @CsvSource({
    "siren, 193509362",
    "siren, 19350936",
    "siren, 1935093611",
    "siren, 19350936x",
    "siren, ''",
    "siret, 73282932000075",
    "siret, 35600000049838",
    "siret, 732829320",
    "uai, 0350936D",
    "uai, 0350936c",
    "uai, 350936C",
    "ror, 015m7wh35",
    "ror, 115m7wh34",
    "ror, 015m7wh3",
    "ror, https://ror.example/015m7wh34",
  })
  void whatItsOwnCheckDeniesIsRefusedByName(String field, String text) {
    assertThatThrownBy(() -> of(field, text))
        .isInstanceOf(DirectoryException.class)
        .hasMessageStartingWith(field + ": ");
  }

  @Test
  void anyOneWrongDigitIsFound() {
    String siren = "193509361";
    for (int i = 0; i < siren.length(); i++) {
      for (char digit = '0'; digit <= '9'; digit++) {
        String other = siren.substring(0, i) + digit + siren.substring(i + 1);
        if (!other.equals(siren)) {
          assertThatThrownBy(() -> of("siren", other)).isInstanceOf(DirectoryException.class);
        }
      }
    }
  }

  @Test
  void aSiretOfAnotherSirenIsRefused() {
    Optional<String> none = Optional.empty();
    Optional<String> siret = Optional.of("73282932000074");
    assertThat(new Identifiers(Optional.of("732829320"), siret, none, none).siret())
        .isEqualTo(siret);
    assertThatThrownBy(() -> new Identifiers(Optional.of("193509361"), siret, none, none))
        .hasMessageContaining("begins with the SIREN");
  }
}
