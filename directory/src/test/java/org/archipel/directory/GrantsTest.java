package org.archipel.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.archipel.directory.KeyTerms.ServiceClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrantsTest {
  private static AllowedModels models(String... patterns) {
    return AllowedModels.of(List.of(patterns));
  }

  @Test
  void modelsArePermittedByIdOrByTheirBeginning() {
    AllowedModels some = models("gpt-oss", "mistral-*", "org/model:7b");
    assertThat(some.permits("gpt-oss")).isTrue();
    assertThat(some.permits("mistral-small")).isTrue();
    assertThat(some.permits("mistral-")).isTrue();
    assertThat(some.permits("org/model:7b")).isTrue();
    assertThat(some.permits("gpt-oss-120b")).isFalse();
    assertThat(some.permits("mistral")).isFalse();
    assertThat(some.permits("")).isFalse();
    assertThat(some.all()).isFalse();
    assertThat(some.patterns()).containsExactly("gpt-oss", "mistral-*", "org/model:7b");
    assertThat(models("*").permits("anything")).isTrue();
    assertThat(models("x", "*")).isEqualTo(AllowedModels.ALL);
    assertThat(AllowedModels.ALL.patterns()).containsExactly("*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a*b", "**", "a,b", "a\u0000", "*a", "\u202eb"})
  void patternsOfAnotherFormAreRefused(String pattern) {
    assertThatThrownBy(() -> models(pattern))
        .isInstanceOf(DirectoryException.class)
        .hasMessageStartingWith("models: ");
  }

  @Test
  void noneAndTooManyPatternsAreRefused() {
    assertThatThrownBy(() -> models()).hasMessageContaining("1 to 100");
    assertThatThrownBy(() -> AllowedModels.of(Collections.nCopies(101, "a")))
        .hasMessageContaining("1 to 100");
    assertThatThrownBy(() -> models("a".repeat(201))).isInstanceOf(DirectoryException.class);
  }

  @Test
  void keyAndEntitlementMustBothPermit() {
    Grants grants =
        new Grants(
            models("mistral-*", "llama"),
            Optional.of(
                List.of(
                    new Allowance(models("mistral-small"), ServiceClass.BATCH),
                    new Allowance(models("mistral-*", "qwen"), ServiceClass.STANDARD))),
            Set.of(),
            Set.of(Scope.INFERENCE));
    assertThat(grants.permits("mistral-small")).isTrue();
    assertThat(grants.maxClass("mistral-small")).contains(ServiceClass.STANDARD);
    assertThat(grants.permits("llama")).isFalse();
    assertThat(grants.permits("qwen")).isFalse();
    assertThat(grants.maxClass("qwen")).contains(ServiceClass.STANDARD);
    assertThat(grants.maxClass("llama")).isEmpty();
  }

  @Test
  void whoNeedsNoEntitlementIsBoundByTheKeyAlone() {
    assertThat(Grants.ALL.permits("anything")).isTrue();
    assertThat(Grants.ALL.maxClass("anything")).contains(ServiceClass.INTERACTIVE);
    Grants none =
        new Grants(AllowedModels.ALL, Optional.of(List.of()), Set.of(), Set.of(Scope.USAGE_READ));
    assertThat(none.permits("anything")).isFalse();
    assertThat(none.allows(Scope.INFERENCE)).isFalse();
    assertThat(none.allows(Scope.USAGE_READ)).isTrue();
  }
}
