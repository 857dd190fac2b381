package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.archipel.ledger.UsageRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Usage is found in whole answers and in pieces, and the same in both. */
final class AnswerMeterTest {
  private static UsageRecord.Tokens whole(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    byte[] scratch = Arrays.copyOf(bytes, bytes.length + 100);
    Arrays.fill(scratch, bytes.length, scratch.length, (byte) '"');
    TokenCounts counts = new TokenCounts();
    AnswerMeter.readWhole(scratch, bytes.length, counts);
    assertThat(Arrays.copyOf(scratch, bytes.length)).as("the answer itself").isEqualTo(bytes);
    return counts.tokens(1000, 0);
  }

  private static UsageRecord.Tokens pieces(String json, Random cuts) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    TokenCounts counts = new TokenCounts();
    try (AnswerMeter meter = new AnswerMeter(counts)) {
      for (int at = 0; at < bytes.length; ) {
        int count = Math.min(bytes.length - at, 1 + cuts.nextInt(40));
        meter.feed(bytes, at, at + count);
        at += count;
      }
    }
    return counts.tokens(1000, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"usage":{"prompt_tokens":7,"completion_tokens":3}}                          | 7  | 0 | 3 | false
          {"a":[{"b":"\\"usage\\":{"}],"usage" : { "prompt_tokens" : 7 } , "z" : 1 }   | 7  | 0 | 0 | false
          {"usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":4},"output_tokens":6}} | 20 | 4 | 6 | false
          {"usage":{"input_tokens":2,"cache_creation_input_tokens":3,"cache_read_input_tokens":5,"output_tokens":1}} | 10 | 5 | 1 | false
          {"usage":{"prompt_tokens":9,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":2}}} | 9 | 4 | 0 | false
          {"usage":{"prompt_tokens":9,"prompt_tokens_details":null,"completion_tokens":2},"timings":{"cache_n":6}} | 9 | 6 | 2 | false
          {"usage":null}                                    | 1000 | 0 | 0 | true
          {"usage":{"prompt_tokens":-1}}                    | 1000 | 0 | 0 | true
          {"usage":{"prompt_tokens":99999999999999999999}}  | 1000 | 0 | 0 | true
          {"usage":{"prompt_tokens":"7"}}                   | 1000 | 0 | 0 | true
          {"data":[{"usage":{"prompt_tokens":7}}]}          | 1000 | 0 | 0 | true
          {"x":{"usage":{"prompt_tokens":7}}}               | 1000 | 0 | 0 | true
          {"usage":{"prompt_tokens":1},"x":{"usage":{"prompt_tokens":7}}} | 1 | 0 | 0 | false
          {"usage":{"prompt_tokens":1},"x":{"usage":{"prompt_tokens":7,"completion_tokens":9}}} | 1 | 0 | 0 | false
          [{"usage":{"prompt_tokens":7}}]                   | 1000 | 0 | 0 | true
          {"usage":{"a":{"prompt_tokens":5},"prompt_tokens":3}} | 3 | 0 | 0 | false
          no JSON                                           | 1000 | 0 | 0 | true
          """)
  void usageIsReadWhereItCountsAndNowhereElse(
      String json, long prompt, long cached, long completion, boolean estimated) {
    UsageRecord.Tokens expected = new UsageRecord.Tokens(prompt, cached, completion, estimated);
    assertThat(pieces(json, new Random(1))).isEqualTo(expected);
    assertThat(whole(json)).isEqualTo(expected);
  }

  @Test
  void anyPiecesGiveTheSameAsTheWhole() {
    List<String> values =
        List.of(
            "1",
            "\"\\\"usage\\\":{\\\"prompt_tokens\\\":1}\"",
            "[]",
            "{\"usage\":{\"prompt_tokens\":77,\"completion_tokens\":88}}",
            "[{\"usage\":{\"prompt_tokens\":66}},null]",
            "\"é😀\"",
            "{\"cached_tokens\":5}");
    for (int i = 0; i < 5000; i++) {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      StringBuilder json = new StringBuilder("{\"id\":1");
      int fields = random.nextInt(5);
      int usage = random.nextInt(fields + 1);
      for (int field = 0; field <= fields; field++) {
        if (field == usage && random.nextInt(5) > 0) {
          json.append(",\"usage\":{\"prompt_tokens\":")
              .append(random.nextInt(5000))
              .append(",\"completion_tokens\":")
              .append(random.nextInt(5000))
              .append(random.nextBoolean() ? "}" : ",\"x\":[{\"completion_tokens\":3}]}");
        }
        json.append(",\"f")
            .append(field)
            .append("\":")
            .append(values.get(random.nextInt(values.size())));
      }
      String text = json + "}" + " ".repeat(random.nextInt(2));
      assertThat(whole(text)).as("seed %d: %s", seed, text).isEqualTo(pieces(text, random));
    }
  }
}
