package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.archipel.directory.KeyTerms;
import org.archipel.scheduling.Prefix;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.ServiceClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AsksReaderTest {
  private static final KeyTerms MODEST =
      new KeyTerms(
          KeyTerms.ServiceClass.BATCH,
          KeyTerms.ServiceClass.STANDARD,
          KeyTerms.Routing.LOCAL_ONLY,
          KeyTerms.Routing.LOCAL_FIRST,
          OptionalInt.empty());

  private final AsksReader reader =
      new AsksReader(new SchedulingHeaders(List.of("X-Chat"), List.of("X-Task")));

  private static HttpHeaders headers(String... namesAndValues) {
    HttpHeaders headers = new DefaultHttpHeaders();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  private static RequestEnvelope.Wishes body(String fields) throws RefusedException {
    return EnvelopeScannerTest.scanned("{\"model\":\"m\"" + fields + "}").wishes();
  }

  private Asks read(KeyTerms terms, String fields, String... headers) throws RefusedException {
    return reader.read(headers(headers), body(fields), terms, Prefix.NONE);
  }

  private Failure refusal(String name, String value) {
    return catchThrowableOfType(
            RefusedException.class, () -> read(KeyTerms.DEFAULT, "", name, value))
        .failure();
  }

  @Test
  void whoSaysNothingGetsTheKeysDefaults() throws Exception {
    Asks plain = read(KeyTerms.DEFAULT, "");
    assertThat(plain.serviceClass()).isEqualTo(ServiceClass.STANDARD);
    assertThat(plain.routing()).isEqualTo(RoutingMode.ANY);
    assertThat(plain.deadlineNanos()).isEmpty();
    Asks modest = read(MODEST, "");
    assertThat(modest.serviceClass()).isEqualTo(ServiceClass.BATCH);
    assertThat(modest.routing()).isEqualTo(RoutingMode.LOCAL_ONLY);
  }

  @ParameterizedTest
  @EnumSource(ServiceClass.class)
  void aClassCountsUpToTheKeysLimit(ServiceClass asked) throws Exception {
    String word = asked.name().toLowerCase(Locale.ROOT);
    assertThat(read(KeyTerms.DEFAULT, "", "X-Archipel-Class", word).serviceClass())
        .isEqualTo(asked);
    ServiceClass limited = asked == ServiceClass.BATCH ? asked : ServiceClass.STANDARD;
    assertThat(read(MODEST, "", "x-archipel-class", word).serviceClass()).isEqualTo(limited);
  }

  @ParameterizedTest
  @CsvSource({
    "any, ANY, LOCAL_FIRST",
    "local-first, LOCAL_FIRST, LOCAL_FIRST",
    "local-only, LOCAL_ONLY, LOCAL_ONLY"
  })
  void aRoutingModeCountsUpToTheKeysLimit(String word, RoutingMode free, RoutingMode modest)
      throws Exception {
    assertThat(read(KeyTerms.DEFAULT, "", "x-archipel-routing", word).routing()).isEqualTo(free);
    assertThat(read(MODEST, "", "x-archipel-routing", word).routing()).isEqualTo(modest);
  }

  @ParameterizedTest
  @CsvSource({
    "0, BATCH",
    "1, BATCH",
    "2, STANDARD",
    "3, STANDARD",
    "4, INTERACTIVE",
    "5, INTERACTIVE"
  })
  void aPriorityIsAClassAndTheHighestIsTheMostUrgent(int priority, ServiceClass expected)
      throws Exception {
    String field = ",\"priority\":" + priority;
    assertThat(read(KeyTerms.DEFAULT, field).serviceClass()).isEqualTo(expected);
    assertThat(read(MODEST, field).serviceClass()).isNotEqualTo(ServiceClass.INTERACTIVE);
  }

  @ParameterizedTest
  @CsvSource({"any, ANY", "private-first, LOCAL_FIRST", "private-only, LOCAL_ONLY"})
  void aRoutingModeInTheBodyIsOneOfOurs(String word, RoutingMode expected) throws Exception {
    assertThat(read(KeyTerms.DEFAULT, ",\"routing-mode\":\"" + word + "\"").routing())
        .isEqualTo(expected);
  }

  @Test
  void headersGoBeforeTheBody() throws Exception {
    Asks asks =
        read(
            KeyTerms.DEFAULT,
            ",\"priority\":5,\"routing-mode\":\"private-only\"",
            "x-archipel-class",
            "batch",
            "x-archipel-routing",
            "any");
    assertThat(asks.serviceClass()).isEqualTo(ServiceClass.BATCH);
    assertThat(asks.routing()).isEqualTo(RoutingMode.ANY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "title_generation",
        "tags_generation",
        "follow_up_generation",
        "emoji_generation",
        "image_prompt_generation",
        "autocomplete_generation"
      })
  void backgroundTasksAreBatch(String task) throws Exception {
    assertThat(read(KeyTerms.DEFAULT, ",\"priority\":5", "x-task", task).serviceClass())
        .isEqualTo(ServiceClass.BATCH);
    assertThat(
            read(KeyTerms.DEFAULT, "", "x-task", task, "x-archipel-class", "interactive")
                .serviceClass())
        .isEqualTo(ServiceClass.INTERACTIVE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{{TASK}}", "query_generation", "moa_response_generation", "anything", "None"})
  void otherTasksSayNothing(String task) throws Exception {
    assertThat(read(KeyTerms.DEFAULT, "", "x-task", task).serviceClass())
        .isEqualTo(ServiceClass.STANDARD);
  }

  @Test
  void aDeadlineIsCountedInMilliseconds() throws Exception {
    assertThat(read(KeyTerms.DEFAULT, "", "x-archipel-deadline-ms", "1500").deadlineNanos())
        .hasValue(TimeUnit.MILLISECONDS.toNanos(1500));
    assertThat(read(KeyTerms.DEFAULT, "", "x-archipel-deadline-ms", "86400000").deadlineNanos())
        .hasValue(TimeUnit.DAYS.toNanos(1));
  }

  @ParameterizedTest
  @CsvSource({
    "x-archipel-class, urgent, 'interactive, standard or batch'",
    "x-archipel-class, BATCH, 'interactive, standard or batch'",
    "x-archipel-routing, private-only, 'any, local-first or local-only'",
    "x-archipel-deadline-ms, 0, 'milliseconds, 1 to 86400000'",
    "x-archipel-deadline-ms, -5, 'milliseconds, 1 to 86400000'",
    "x-archipel-deadline-ms, 86400001, 'milliseconds, 1 to 86400000'",
    "x-archipel-deadline-ms, 1e3, 'milliseconds, 1 to 86400000'",
    "x-archipel-deadline-ms, 99999999999999999999, 'milliseconds, 1 to 86400000'",
    "x-archipel-deadline-ms, ١٢, 'milliseconds, 1 to 86400000'",
  })
  void wrongValuesAreRefusedByName(String name, String value, String expected) {
    Failure failure = refusal(name, value);
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(failure.param()).contains(name);
    assertThat(failure.message()).isEqualTo(name + ": " + value + " (expected: " + expected + ")");
  }

  @Test
  void anEmptyValueIsWrongToo() {
    assertThat(refusal("x-archipel-class", "").param()).contains("x-archipel-class");
    assertThat(refusal("x-archipel-deadline-ms", "").param()).contains("x-archipel-deadline-ms");
    assertThat(refusal("x-archipel-class", "x".repeat(5000)).message()).hasSizeLessThan(200);
  }

  @Test
  void theFirstSessionThatSaysSomethingCounts() throws Exception {
    HttpHeaders headers =
        headers("x-session-id", "{{CHAT_ID}}", "thread-id", "t-1", "X-CHAT", "c-1");
    assertThat(reader.session(headers, body(",\"prompt_cache_key\":\"k\""))).contains("t-1");
    assertThat(reader.session(headers("x-chat", "c-1"), body(""))).contains("c-1");
    assertThat(reader.session(headers("x-other", "c-1"), body(",\"prompt_cache_key\":\"k\"")))
        .contains("k");
    assertThat(reader.session(headers(), body(",\"prompt_cache_key\":7")))
        .isEqualTo(Optional.empty());
  }

  @Test
  void ourClassesAndModesAreTheSchedulersInItsOrder() {
    assertThat(KeyTerms.ServiceClass.values())
        .extracting(Enum::name)
        .containsExactly(names(ServiceClass.values()));
    assertThat(KeyTerms.Routing.values())
        .extracting(Enum::name)
        .containsExactly(names(RoutingMode.values()));
  }

  private static String[] names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).toArray(String[]::new);
  }
}
