package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.archipel.directory.Caller;
import org.archipel.scheduling.Prefix;
import org.junit.jupiter.api.Test;

final class PromptPrefixTest {
  private static final Caller CALLER = new Caller("key-1", "univ-a", "chat");
  private static final Caller COLLEAGUE = new Caller("key-2", "univ-a", "other");
  private static final Caller STRANGER = new Caller("key-3", "univ-b", "chat");

  private static Prefix of(String json, Caller caller, Optional<String> session) throws Exception {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    RequestEnvelope envelope = EnvelopeScanner.scan(Json.FACTORY.createParser(bytes));
    // In pieces and not from the start, as bodies are.
    ByteBuf front = Unpooled.wrappedBuffer(new byte[7], Arrays.copyOf(bytes, bytes.length / 3));
    ByteBuf back =
        Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, bytes.length / 3, bytes.length));
    ByteBuf body = Unpooled.wrappedBuffer(front, back).skipBytes(7);
    return PromptPrefix.of(envelope.model(), caller, body, envelope.prompt(), session);
  }

  private static long[] chain(String json) throws Exception {
    return of(json, CALLER, Optional.empty()).blocks();
  }

  private static String chat(String model, List<String> messages, String more) {
    List<String> written = new ArrayList<>();
    messages.forEach(text -> written.add("{\"role\":\"user\",\"content\":\"" + text + "\"}"));
    return "{\"model\":\"%s\"%s,\"messages\":[%s]}"
        .formatted(model, more, String.join(",", written));
  }

  private static int common(long[] one, long[] other) {
    int same = 0;
    while (same < Math.min(one.length, other.length) && one[same] == other[same]) {
      same++;
    }
    return same;
  }

  @Test
  void aConversationThatGoesOnKeepsItsChain() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> messages = new ArrayList<>();
    long[] before = {};
    int bytesBefore = 0;
    for (int turn = 0; turn < 8; turn++) {
      messages.add(Long.toHexString(random.nextLong()).repeat(1 + random.nextInt(120)));
      String json = chat("m", messages, ",\"tools\":[{\"a\":\"" + "t".repeat(300) + "\"}]");
      long[] now = chain(json);
      // All blocks but the one in which the list ended.
      assertThat(common(before, now))
          .as("seed %d, turn %d, %d bytes", seed, turn, bytesBefore)
          .isGreaterThanOrEqualTo(Math.max(0, before.length - 1));
      before = now;
      bytesBefore = json.length();
    }
    assertThat(before.length).isGreaterThan(8);
  }

  @Test
  void whatIsNoPartOfThePromptDoesNotCount() throws Exception {
    List<String> messages = List.of("x".repeat(2000));
    assertThat(chain(chat("m", messages, "")))
        .isEqualTo(chain(chat("m", messages, ",\"temperature\":0.5,\"user\":\"somebody\"")))
        .hasSize(7);
  }

  @Test
  void theOrderIsThatOfThePromptAndNotOfTheBody() throws Exception {
    String system = "\"system\":\"" + "s".repeat(512) + "\"";
    String tools = "\"tools\":[\"" + "t".repeat(512) + "\"]";
    String messages = "\"messages\":[\"" + "m".repeat(512) + "\"]";
    long[] one = chain("{\"model\":\"m\"," + system + "," + tools + "," + messages + ",\"a\":1}");
    long[] other = chain("{\"model\":\"m\"," + messages + "," + tools + "," + system + ",\"a\":1}");
    assertThat(one).isEqualTo(other).hasSize(6);
  }

  @Test
  void everyDialectHasItsPrompt() throws Exception {
    for (String field : new String[] {"prompt", "input", "instructions", "system", "messages"}) {
      String json = "{\"" + field + "\":\"" + "p".repeat(1000) + "\",\"model\":\"m\"}";
      assertThat(chain(json)).as(field).hasSize(3);
    }
    assertThat(chain("{\"model\":\"m\",\"text\":\"" + "p".repeat(1000) + "\"}")).isEmpty();
  }

  @Test
  void oneDifferentByteChangesAllBlocksFromThere() throws Exception {
    String text = "y".repeat(2560);
    long[] one = chain("{\"model\":\"m\",\"prompt\":\"" + text + "\"}");
    char[] changed = text.toCharArray();
    changed[1000] = 'z';
    long[] other = chain("{\"model\":\"m\",\"prompt\":\"" + new String(changed) + "\"}");
    assertThat(common(one, other)).isEqualTo(3);
    for (int i = 3; i < one.length; i++) {
      assertThat(one[i]).isNotEqualTo(other[i]);
    }
  }

  @Test
  void organizationsAndModelsDoNotSeeEachOther() throws Exception {
    String json = chat("m", List.of("x".repeat(5000)), "");
    Prefix own = of(json, CALLER, Optional.of("chat-1"));
    Prefix colleague = of(json, COLLEAGUE, Optional.of("chat-1"));
    Prefix stranger = of(json, STRANGER, Optional.of("chat-1"));

    assertThat(colleague.blocks()).isEqualTo(own.blocks());
    assertThat(common(own.blocks(), stranger.blocks())).isZero();
    assertThat(common(own.blocks(), chain(chat("n", List.of("x".repeat(5000)), "")))).isZero();
    assertThat(own.session()).isNotZero().isNotEqualTo(colleague.session());
    assertThat(stranger.session()).isNotEqualTo(own.session());
    assertThat(of(json, CALLER, Optional.of("chat-1")).session()).isEqualTo(own.session());
    assertThat(of(json, CALLER, Optional.of("chat-2")).session()).isNotEqualTo(own.session());
    assertThat(of(json, CALLER, Optional.empty()).session()).isZero();
  }

  @Test
  void onlyTheBeginningOfALongPromptIsRead() throws Exception {
    String json = "{\"model\":\"m\",\"prompt\":\"" + "z".repeat(3_000_000) + "\"}";
    assertThat(chain(json)).hasSize(Prefix.MAX_BLOCKS);
  }
}
