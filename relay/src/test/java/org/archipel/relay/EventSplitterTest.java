package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EventSplitterTest {
  private static final String[] PIECES = {
    "data: a", "data: é😀", ": c", "\n", "\r\n", "event: x", "id:", "\n\n", "\r\n\r\n", "x", "\r"
  };

  private static List<String> split(byte[] bytes, Random cuts) {
    List<String> events = new ArrayList<>();
    EventSplitter.Sink sink =
        (data, start, end) ->
            events.add(new String(data, start, end - start, StandardCharsets.UTF_8));
    EventSplitter splitter = new EventSplitter();
    for (int at = 0; at < bytes.length; ) {
      int count = Math.min(bytes.length - at, 1 + cuts.nextInt(12));
      assertThat(splitter.feed(bytes, at, at + count, sink)).isTrue();
      at += count;
    }
    splitter.finish(sink);
    return events;
  }

  @Test
  void anyCutGivesTheSameEventsAndLosesNothing() {
    for (int i = 0; i < 5000; i++) {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(30); n >= 0; n--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      List<String> whole = new ArrayList<>();
      EventSplitter splitter = new EventSplitter();
      EventSplitter.Sink sink =
          (data, start, end) ->
              whole.add(new String(data, start, end - start, StandardCharsets.UTF_8));
      splitter.feed(bytes, 0, bytes.length, sink);
      splitter.finish(sink);

      assertThat(String.join("", whole)).as("seed %d", seed).isEqualTo(text.toString());
      assertThat(split(bytes, random)).as("seed %d: %s", seed, text).isEqualTo(whole);
      for (int e = 0; e < whole.size() - 1; e++) {
        assertThat(whole.get(e)).as("seed %d", seed).matches("(?s).*\n\r?\n");
      }
    }
  }

  @Test
  void anEventWithoutEndIsRefused() {
    EventSplitter splitter = new EventSplitter();
    byte[] piece = new byte[1024 * 1024];
    int taken = 0;
    while (splitter.feed(piece, 0, piece.length, (data, start, end) -> {})) {
      taken += piece.length;
      assertThat(taken).isLessThanOrEqualTo(EventSplitter.MAX_EVENT);
    }
    assertThat(taken).isEqualTo(EventSplitter.MAX_EVENT);
  }
}
