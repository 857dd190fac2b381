package org.archipel.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFileTest {
  private static final Path ROOT = Path.of("..");

  private static final String GOOD =
      """
      site: {id: rennes}
      models:
        - id: m
          engines:
            - url: http://gpu1:8000
              type: vllm
      """;

  private static List<String> complaints(String text, Map<String, String> environment) {
    ConfigFile file = new ConfigFile("archipel.yaml", Optional.empty(), environment);
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> file.parse(text));
    return e == null ? List.of() : Arrays.asList(String.valueOf(e.getMessage()).split("\n"));
  }

  private static List<String> complaints(String text) {
    return complaints(text, Map.of());
  }

  @Test
  void aWrongWordIsReportedWithFileLineKeyAndWhatIsRight() {
    assertThat(complaints(GOOD.replace("vllm", "vlm")))
        .containsExactly(
            "archipel.yaml:6: models[0].engines[0].type: \"vlm\" (expected: one of vllm, sglang,"
                + " llamacpp, ollama, openai)");
  }

  @Test
  void aNumberOutOfRangeIsReported() {
    assertThat(complaints(GOOD + "        max_concurrency: -1\n"))
        .containsExactly(
            "archipel.yaml:7: models[0].engines[0].max_concurrency: -1 (expected: >= 1)");
  }

  @Test
  void prioritiesAreForEnginesWhoseSenseIsKnown() {
    assertThat(complaints(GOOD + "        priority_scheduling: maybe\n"))
        .containsExactly(
            "archipel.yaml:7: models[0].engines[0].priority_scheduling: \"maybe\" (expected: true"
                + " or false)");
    assertThat(complaints(GOOD.replace("vllm", "ollama") + "        priority_scheduling: true\n"))
        .containsExactly(
            "archipel.yaml:7: models[0].engines[0].priority_scheduling: true (expected: only with"
                + " type vllm or sglang)");
  }

  @Test
  void anUnknownKeyIsReportedWithTheLikelyOne() {
    assertThat(complaints(GOOD + "        max_concurency: 4\nlisen: {}\n"))
        .containsExactly(
            "archipel.yaml:7: models[0].engines[0].max_concurency: unknown key (expected: did you"
                + " mean max_concurrency?)",
            "archipel.yaml:8: lisen: unknown key (expected: did you mean listen?)");
  }

  @Test
  void anUnknownKeyThatIsLikeNoOtherIsReportedWithAllThereAre() {
    assertThat(complaints(GOOD + "ledger: {zzzzzz: 1}\n"))
        .containsExactly(
            "archipel.yaml:7: ledger.zzzzzz: unknown key (expected: one of durability, currency,"
                + " retention)");
  }

  @Test
  void allThatIsWrongIsReportedInTheOrderOfTheFile() {
    assertThat(
            complaints(
                """
                listen: {api: nowhere, max_body: 1XB}
                site: {name: [a, b]}
                models:
                  - engines:
                      - url: ftp://gpu1
                """))
        .containsExactly(
            "archipel.yaml:1: listen.api: \"nowhere\" (expected: HOST:PORT, as in 127.0.0.1:8080 or"
                + " [::1]:8080)",
            "archipel.yaml:1: listen.max_body: \"1XB\" (expected: a size such as 512KiB, 64MiB,"
                + " 1GiB, from 1024 to 1073741824 bytes)",
            "archipel.yaml:2: site.id: missing (expected: 1 to 64 lower-case letters, digits and"
                + " hyphens, as in univ-rennes)",
            "archipel.yaml:2: site.name: a list (expected: 1 to 200 printable characters)",
            "archipel.yaml:4: models[0].id: missing (expected: 1 to 200 letters, digits and any of"
                + " . _ : / @ + -, as in mistral-small)",
            "archipel.yaml:5: models[0].engines[0].url: \"ftp://gpu1\" (expected: http:// or"
                + " https://, a host, and a port if needed, as in http://gpu1:8000)",
            "archipel.yaml:5: models[0].engines[0].type: missing (expected: one of vllm, sglang,"
                + " llamacpp, ollama, openai)");
  }

  @Test
  void anEmptyFileSaysWhatIsMissing() {
    assertThat(complaints("")).hasSize(2).allMatch(line -> line.startsWith("archipel.yaml:1: "));
    assertThat(complaints("just words")).singleElement().asString().contains("a single value");
  }

  @Test
  void variablesAreReadWithTheirDefaults() {
    ConfigFile file =
        new ConfigFile("a", Optional.empty(), Map.of("HOST", "gpu7", "EVIL", "${HOST}"));
    Config config =
        file.parse(
            GOOD.replace("gpu1:8000", "${HOST}:${PORT:9000}")
                .replace("rennes}", "rennes, name: \"$${HOST} ${EVIL}\"}"));
    assertThat(config.engines().models().getFirst().engines().getFirst().spec().url())
        .hasToString("http://gpu7:9000");
    assertThat(config.site().name()).isEqualTo("${HOST} ${HOST}");
  }

  @Test
  void aVariableThatIsNotSetIsReported() {
    assertThat(complaints(GOOD + "        api_key: ${GPU1_KEY}\n"))
        .containsExactly(
            "archipel.yaml:7: models[0].engines[0].api_key: ${GPU1_KEY} is not set (expected: an"
                + " environment variable GPU1_KEY, or ${GPU1_KEY:default})");
  }

  @Test
  void secretsAndVariablesAreNeverShown() {
    String all =
        String.join(
            "\n",
            complaints(
                GOOD.replace("type: vllm", "type: ${TYPE}")
                    + "        api_key: 'sk-very secret'\n"
                    + "storage: {url: 'mysql://u:hunter2@h/db'}\n",
                Map.of("TYPE", "token-in-the-wrong-place")));
    assertThat(all)
        .contains("models[0].engines[0].type: a value that is not shown")
        .contains("api_key: a value that is not shown")
        .contains("storage.url: a value that is not shown")
        .doesNotContain("very secret", "hunter2", "token-in-the-wrong-place");
  }

  @Test
  void brokenYamlIsReportedByLineWithoutQuotingIt() {
    assertThat(complaints("site: {id: a}\nmodels:\n  - api_key: \"hunter2\n"))
        .singleElement()
        .asString()
        .startsWith("archipel.yaml:")
        .contains("not YAML")
        .doesNotContain("hunter2");
  }

  @Test
  void aKeyGivenTwiceIsReported() {
    assertThat(complaints(GOOD + "site: {id: brest}\n"))
        .containsExactly("archipel.yaml:7: site: given twice (expected: once)");
  }

  @Test
  void anchorsDeepNestingAndManyValuesAreRefused() {
    assertThat(complaints("a: &x [1]\nb: [*x, *x]\n"))
        .singleElement()
        .asString()
        .contains("anchor");
    assertThat(complaints("a: ".repeat(1) + "[".repeat(5000))).hasSize(1);
    assertThat(complaints("- 1\n".repeat(YamlTree.MAX_NODES + 1)))
        .singleElement()
        .asString()
        .contains("more than");
    assertThat(complaints("a: 1\n---\nb: 2\n")).singleElement().asString().contains("document");
  }

  @Test
  void namesThatClashAreReported() {
    assertThat(
            complaints(
                """
                site: {id: rennes}
                listen: {api: "127.0.0.1:1", control: "127.0.0.1:1"}
                models:
                  - id: a
                    aliases: [b]
                    engines:
                      - {url: "http://g:1", type: vllm}
                      - {url: "http://g:1", type: vllm}
                  - id: b
                    engines: [{id: "g:1", url: "http://h:1", type: vllm}]
                """))
        .containsExactly(
            "archipel.yaml:2: listen.control: 127.0.0.1:1 (expected: another address than"
                + " listen.api)",
            "archipel.yaml:6: models[0].engines: \"g:1\" (expected: an id that no other engine"
                + " has)",
            "archipel.yaml:9: models[1].id: \"b\" (expected: a name that no other model has)",
            "archipel.yaml:10: models[1].engines: \"g:1\" (expected: an id that no other engine"
                + " has)");
  }

  @Test
  void oneEngineMayServeTwoModels() {
    String two = GOOD + "  - id: n\n    engines: [{url: 'http://gpu1:8000', type: vllm}]\n";
    assertThat(complaints(two)).isEmpty();
  }

  @Test
  void filesThatCannotBeReadAreReported(@TempDir Path folder) throws IOException {
    Path big = folder.resolve("big.yaml");
    Files.write(big, new byte[ConfigFile.MAX_BYTES + 1]);
    Path latin = folder.resolve("latin.yaml");
    Files.write(latin, "site: é".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(loading(folder.resolve("none.yaml"))).contains("none.yaml: no such file");
    assertThat(loading(folder)).contains("is a folder");
    assertThat(loading(big)).contains("larger than");
    assertThat(loading(latin)).contains("not UTF-8");
  }

  private static String loading(Path file) {
    return String.valueOf(
        catchThrowableOfType(
                ConfigException.class, () -> ConfigFile.load(file, Optional.empty(), Map.of()))
            .getMessage());
  }

  @Test
  void randomlyDamagedFilesAreReadOrReportedAndNothingElse() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder(ConfigMappingTest.MOST);
      for (int n = random.nextInt(1, 6); n > 0; n--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.setCharAt(at, (char) random.nextInt(0x2000));
          default -> text.insert(at, "{}[]:-&*!|>'\"%@`\n\t #".charAt(random.nextInt(20)));
        }
      }
      try {
        new ConfigFile("f", Optional.empty(), Map.of()).parse(text.toString());
      } catch (ConfigException e) {
        assertThat(e.problems()).as("seed %d", seed).isNotEmpty();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + " at " + i + ":\n" + text, e);
      }
    }
  }

  @Test
  void theExampleInTheSourcesIsRight() {
    Config config = ConfigFile.load(ROOT.resolve("archipel.yaml"), Optional.empty(), Map.of());
    assertThat(config.engines().models()).hasSize(2);
  }

  @Test
  void everyKeyIsInTheReference() throws IOException {
    String reference = Files.readString(ROOT.resolve("docs/configuration.md"));
    List<String> keys =
        new ConfigFile("f", Optional.empty(), Map.of("GPU1_KEY", "k"))
            .keys(ConfigMappingTest.MOST).stream()
                .filter(key -> !reference.contains("`" + key + "`"))
                .toList();
    assertThat(keys).as("keys that docs/configuration.md does not explain").isEmpty();
  }
}
