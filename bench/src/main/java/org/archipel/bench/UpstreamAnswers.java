package org.archipel.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Everything the neutral upstream says, made once.
 *
 * <p>The buffers live outside the heap and are never released; callers write {@code
 * retainedDuplicate}s. Only a paced event is made anew each time, because it carries the time it
 * was sent at.
 */
final class UpstreamAnswers {
  /** Size of a whole JSON answer's body, in bytes. */
  static final int JSON_BYTES = 1021;

  /** Size of one event with its blank line, in bytes. */
  static final int EVENT_BYTES = 250;

  /** Events of a burst, without the usage event and {@code [DONE]}. */
  static final int BURST_EVENTS = 200;

  /** HTTP chunks that a burst hands to the socket at once. */
  static final int CHUNKS_PER_WRITE = 4;

  static final String DONE = "data: [DONE]\n\n";

  static final List<String> MODELS =
      List.of("json", "burst", "paced", "paced1", "paced10", "prefill", "big");

  /** Without leak detection: these buffers are meant to live as long as the process. */
  private static final ByteBufAllocator FOR_EVER = new UnpooledByteBufAllocator(true, true);

  private static final String USAGE =
      "{\"prompt_tokens\":300,\"completion_tokens\":200,\"total_tokens\":500}";
  private static final String STAMP = "0".repeat(EventStamp.DIGITS);

  private final ByteBuf json = http("application/json", jsonBody());
  private final ByteBuf small =
      http("application/json", completion("big", "swallowed", ",\"usage\":" + USAGE));
  private final ByteBuf models = http("application/json", modelList());
  private final ByteBuf health = http("text/plain", "ok");
  private final ByteBuf version = http("application/json", "{\"version\":\"0.0.0-bench\"}");
  private final ByteBuf streamHead =
      fixed(
          String.join(
              "\r\n",
              "HTTP/1.1 200 OK",
              "Content-Type: text/event-stream; charset=utf-8",
              "Cache-Control: no-cache",
              "Transfer-Encoding: chunked",
              "",
              ""));
  private final ByteBuf[] burst = burst();
  private final ByteBuf end = fixed(chunk(DONE) + "0\r\n\r\n");
  private final ByteBuf usageAndEnd = fixed(chunk(usageEvent()) + chunk(DONE) + "0\r\n\r\n");
  private final byte[] pacedEvent = bytes(chunk(event("paced", EventStamp.MARK + STAMP, "null")));
  private final byte[] lastPacedEvent =
      bytes(chunk(event("paced", EventStamp.MARK + STAMP, "\"stop\"")));
  private final int stampAt =
      new String(pacedEvent, StandardCharsets.US_ASCII).indexOf(EventStamp.MARK + STAMP)
          + EventStamp.MARK.length();

  ByteBuf json() {
    return json.retainedDuplicate();
  }

  ByteBuf small() {
    return small.retainedDuplicate();
  }

  ByteBuf models() {
    return models.retainedDuplicate();
  }

  ByteBuf health() {
    return health.retainedDuplicate();
  }

  ByteBuf version() {
    return version.retainedDuplicate();
  }

  ByteBuf streamHead() {
    return streamHead.retainedDuplicate();
  }

  int burstWrites() {
    return burst.length;
  }

  ByteBuf burstWrite(int index) {
    return burst[index].retainedDuplicate();
  }

  ByteBuf streamEnd(boolean usage) {
    return (usage ? usageAndEnd : end).retainedDuplicate();
  }

  /** An HTTP chunk of one event which says that it was sent at {@code nanoTime}. */
  ByteBuf pacedEvent(ByteBufAllocator memory, long nanoTime, boolean last) {
    byte[] template = last ? lastPacedEvent : pacedEvent;
    ByteBuf event = memory.directBuffer(template.length);
    event.writeBytes(template);
    EventStamp.write(event, stampAt, nanoTime);
    return event;
  }

  /** An answer of status {@code status} after which the connection closes. */
  static ByteBuf refusal(String status) {
    String body = "{\"error\":{\"message\":\"" + status + "\",\"type\":\"invalid_request_error\"}}";
    return Unpooled.copiedBuffer(
        "HTTP/1.1 "
            + status
            + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body,
        StandardCharsets.US_ASCII);
  }

  private static String jsonBody() {
    String usage = ",\"usage\":" + USAGE;
    int padding = JSON_BYTES - completion("json", "", usage).length();
    return completion("json", "x".repeat(padding), usage);
  }

  private static String completion(String model, String content, String usage) {
    return "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1760000000,"
        + "\"model\":\""
        + model
        + "\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
        + content
        + "\"},\"finish_reason\":\"stop\"}]"
        + usage
        + "}";
  }

  private static String modelList() {
    StringBuilder list = new StringBuilder("{\"object\":\"list\",\"data\":[");
    for (String model : MODELS) {
      list.append(list.charAt(list.length() - 1) == '}' ? "," : "")
          .append("{\"id\":\"" + model + "\",\"object\":\"model\",\"created\":1760000000,")
          .append("\"owned_by\":\"bench\",\"max_model_len\":131072}");
    }
    return list.append("]}").toString();
  }

  private static ByteBuf[] burst() {
    ByteBuf[] writes = new ByteBuf[BURST_EVENTS / CHUNKS_PER_WRITE];
    String event = chunk(event("burst", "", "null"));
    String last = chunk(event("burst", "", "\"stop\""));
    for (int i = 0; i < writes.length; i++) {
      boolean tail = i == writes.length - 1;
      writes[i] =
          fixed(event.repeat(tail ? CHUNKS_PER_WRITE - 1 : CHUNKS_PER_WRITE) + (tail ? last : ""));
    }
    return writes;
  }

  private static String event(String model, String content, String finish) {
    String start =
        "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\","
            + "\"created\":1760000000,\"model\":\""
            + model
            + "\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
            + content;
    String stop = "\"},\"finish_reason\":" + finish + "}]}\n\n";
    return start + "x".repeat(EVENT_BYTES - start.length() - stop.length()) + stop;
  }

  private static String usageEvent() {
    return "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\","
        + "\"created\":1760000000,\"model\":\"bench\",\"choices\":[],\"usage\":"
        + USAGE
        + "}\n\n";
  }

  private static String chunk(String payload) {
    return Integer.toHexString(payload.length()).toLowerCase(Locale.ROOT)
        + "\r\n"
        + payload
        + "\r\n";
  }

  private static ByteBuf http(String type, String body) {
    return fixed(
        "HTTP/1.1 200 OK\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  private static ByteBuf fixed(String text) {
    return Unpooled.unreleasableBuffer(
        FOR_EVER.directBuffer(text.length()).writeBytes(bytes(text)).asReadOnly());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
