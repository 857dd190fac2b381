package org.archipel.relay;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Looks at each event of an answer: takes the usage out, hides it from a client that did not ask,
 * and notices how the stream ends. All other events go on untouched.
 *
 * <p>Clients that add up the usage of all chunks (Open WebUI) count wrong when it comes twice. So a
 * client gets usage in exactly one chunk, the last one with empty {@code choices}, also when the
 * engine puts it in every chunk or into the last chunk that has text.
 */
final class StreamMeter implements EventSplitter.Sink {
  /** Takes what goes to the client. */
  interface Output {
    /**
     * Takes bytes, which are valid only during the call.
     *
     * @param last whether the client may take the answer for complete once it has these bytes
     */
    void write(byte[] bytes, int start, int end, boolean last);
  }

  private static final byte[] DATA = ascii("data:");
  private static final byte[] EVENT = ascii("event:");
  private static final byte[] DONE = ascii("[DONE]");
  private static final byte[] ERROR_OBJECT = ascii("{\"error\"");
  private static final byte[] USAGE = ascii("\"usage\"");
  private static final byte[] FINISH_REASON = ascii("\"finish_reason\"");
  private static final byte[] NULL = ascii("null");

  private final Route.Kind kind;
  private final boolean wantsUsage;
  private final boolean wantsContinuousUsage;
  private final TokenCounts counts;
  private final Output output;

  private long contentEvents;
  private boolean terminal;
  private boolean failed;
  private boolean usageSent;
  private byte[] lastChunkWithUsage = new byte[0];
  private byte[] lastContent = new byte[512];
  private int lastContentLength;

  StreamMeter(
      Route.Kind kind, RequestEnvelope.StreamOptions wish, TokenCounts counts, Output output) {
    this.kind = kind;
    this.wantsUsage = wish.includeUsage();
    this.wantsContinuousUsage = wish.includeUsage() && wish.continuous();
    this.counts = counts;
    this.output = output;
  }

  /**
   * Events that carried a piece of the answer: an estimate of its tokens when nothing better is.
   */
  long contentEvents() {
    return contentEvents;
  }

  /** Whether an error of the engine went by. */
  boolean failed() {
    return failed;
  }

  /** Whether the stream may end now, by the rules of its dialect. */
  boolean complete() {
    return switch (kind) {
      case CHAT, COMPLETIONS -> terminal || finished();
      case RESPONSES, MESSAGES -> terminal;
      default -> true;
    };
  }

  /** Whether the last event of the dialect went by: nothing but the end of the body is due. */
  boolean terminal() {
    return terminal;
  }

  @Override
  public void event(byte[] bytes, int start, int end) {
    int data = dataStart(bytes, start, end);
    if (data < 0) {
      output.write(bytes, start, end, terminal);
      return;
    }
    if (startsWith(bytes, data, end, DONE)) {
      done(bytes, start, end);
      return;
    }
    boolean hasUsage = hasUsage(bytes, data, end);
    if (kind == Route.Kind.RESPONSES || kind == Route.Kind.MESSAGES) {
      namedEvent(bytes, start, data, end);
    } else if (startsWith(bytes, data, end, ERROR_OBJECT)) {
      failed = true;
    } else if (!hasUsage) {
      content(bytes, data, end);
    }
    if (hasUsage) {
      usage(bytes, start, data, end);
    } else {
      output.write(bytes, start, end, terminal);
    }
  }

  /** Counts a piece of the answer, and keeps it: the last one tells whether the answer ended. */
  private void content(byte[] bytes, int data, int end) {
    contentEvents++;
    lastContentLength = end - data;
    if (lastContentLength > lastContent.length) {
      lastContent = new byte[2 * lastContentLength];
    }
    System.arraycopy(bytes, data, lastContent, 0, lastContentLength);
  }

  private void done(byte[] bytes, int start, int end) {
    finish();
    terminal = true;
    output.write(bytes, start, end, true);
  }

  /**
   * The stream has come to its end: tells the usage that the client asked for and that the engine
   * put only beside text. Called again, it does nothing.
   */
  void finish() {
    if (wantsUsage && !usageSent && lastChunkWithUsage.length > 0) {
      byte[] chunk = usageChunk(lastChunkWithUsage);
      output.write(chunk, 0, chunk.length, false);
      usageSent = true;
    }
  }

  private void namedEvent(byte[] bytes, int start, int data, int end) {
    String name = eventName(bytes, start, data, end);
    switch (name) {
      case "message_stop", "response.completed", "response.incomplete" -> terminal = true;
      case "response.failed", "error" -> {
        terminal = true;
        failed = true;
      }
      default -> {
        if (name.endsWith("delta") && !name.equals("message_delta")) {
          contentEvents++;
        }
      }
    }
  }

  private void usage(byte[] bytes, int start, int data, int end) {
    UsageReader reader = new UsageReader(counts);
    try (JsonParser parser = Json.FACTORY.createParser(bytes, data, end - data)) {
      reader.read(parser);
    } catch (IOException e) {
      // Not JSON: not ours to mend, and nothing to count.
      output.write(bytes, start, end, terminal);
      return;
    }
    boolean chunk = kind == Route.Kind.CHAT || kind == Route.Kind.COMPLETIONS;
    if (!chunk || wantsContinuousUsage || !reader.usage().exists()) {
      output.write(bytes, start, end, terminal);
    } else if (reader.choicesEmpty()) {
      if (wantsUsage && !usageSent) {
        usageSent = true;
        output.write(bytes, start, end, terminal);
      }
    } else {
      content(bytes, data, end);
      lastChunkWithUsage = Arrays.copyOfRange(bytes, data, end);
      int at = data + reader.usage().start();
      output.write(bytes, start, at, terminal);
      output.write(NULL, 0, NULL.length, terminal);
      output.write(bytes, data + reader.usage().end(), end, terminal);
    }
  }

  /**
   * A chunk with the usage of {@code chunk} and without its text, as OpenAI sends it at the end.
   */
  private static byte[] usageChunk(byte[] chunk) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(chunk.length);
    out.writeBytes(ascii("data: "));
    try (JsonParser parser = Json.FACTORY.createParser(chunk);
        JsonGenerator generator = Json.FACTORY.createGenerator(out)) {
      parser.nextToken();
      generator.writeStartObject();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        generator.writeFieldName(parser.currentName());
        if (parser.nextToken() == JsonToken.START_ARRAY) {
          parser.skipChildren();
          generator.writeStartArray();
          generator.writeEndArray();
        } else {
          generator.copyCurrentStructure(parser);
        }
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a chunk that was read once cannot be read again", e);
    }
    out.writeBytes(ascii("\n\n"));
    return out.toByteArray();
  }

  private static String eventName(byte[] bytes, int start, int data, int end) {
    if (startsWith(bytes, start, end, EVENT)) {
      int to = start;
      while (to < data && bytes[to] != '\n') {
        to++;
      }
      int from = start + EVENT.length;
      return new String(bytes, from, to - from, StandardCharsets.UTF_8).trim();
    }
    // Without an event line the type in the data tells; it is the first field in practice.
    String head = new String(bytes, data, Math.min(96, end - data), StandardCharsets.UTF_8);
    int type = head.indexOf("\"type\":");
    int open = type < 0 ? -1 : head.indexOf('"', type + 7);
    int close = open < 0 ? -1 : head.indexOf('"', open + 1);
    return close < 0 ? "" : head.substring(open + 1, close);
  }

  /** Where the value of the first data line begins, or -1. */
  private static int dataStart(byte[] bytes, int start, int end) {
    int line = start;
    while (line < end) {
      if (startsWith(bytes, line, end, DATA)) {
        int value = line + DATA.length;
        return value < end && bytes[value] == ' ' ? value + 1 : value;
      }
      while (line < end && bytes[line] != '\n') {
        line++;
      }
      line++;
    }
    return -1;
  }

  /** Whether a field {@code usage} has an object as its value. */
  private static boolean hasUsage(byte[] bytes, int from, int end) {
    int brace = from;
    // An event has few objects in it, so that this looks at few places.
    while ((brace = ByteSearch.indexOf(bytes, brace + 1, end, (byte) '{')) >= 0) {
      int name = brace - 1;
      while (name > from && (bytes[name] == ' ' || bytes[name] == ':')) {
        name--;
      }
      int start = name - USAGE.length + 1;
      if (start > from && startsWith(bytes, start, end, USAGE)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the last piece of the answer said why it is the last. */
  private boolean finished() {
    for (int i = 0; i < lastContentLength; i++) {
      if (startsWith(lastContent, i, lastContentLength, FINISH_REASON)
          && value(lastContent, i + FINISH_REASON.length, lastContentLength) == '"') {
        return true;
      }
    }
    return false;
  }

  /** The first byte of the value after a field's name, or 0. */
  private static int value(byte[] bytes, int from, int end) {
    for (int i = from; i < end; i++) {
      if (bytes[i] != ' ' && bytes[i] != ':') {
        return bytes[i];
      }
    }
    return 0;
  }

  private static boolean startsWith(byte[] bytes, int from, int end, byte[] prefix) {
    if (end - from < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (bytes[from + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
