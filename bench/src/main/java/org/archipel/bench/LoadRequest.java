package org.archipel.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The one request that a load sends again and again, made once, and what its answer must be.
 *
 * @param bytes outside the heap until {@link #close}; senders write a {@code retainedDuplicate}
 */
record LoadRequest(ByteBuf bytes, Expected expected) implements AutoCloseable {
  /** Size of an ordinary request's body, in bytes. */
  static final int BODY_BYTES = 1200;

  /**
   * A chat completion.
   *
   * @param key sent as bearer token
   * @param model of the {@link Upstream}'s; decides what is expected
   * @param events how many a paced answer shall have
   * @param bodyBytes size of the body; padded to it
   */
  static LoadRequest chat(
      InetSocketAddress to, Optional<String> key, String model, int events, int bodyBytes) {
    boolean stream = model.equals("burst") || model.startsWith("pace") || model.equals("prefill");
    String start =
        "{\"model\":\""
            + model
            + "\",\"stream\":"
            + stream
            + (stream && !model.equals("burst") ? ",\"max_tokens\":" + events : "")
            + ",\"messages\":[{\"role\":\"user\",\"content\":\"";
    String stop = "\"}]}";
    int padding = Math.max(0, bodyBytes - start.length() - stop.length());
    int length = start.length() + padding + stop.length();
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: "
            + to.getAddress().getHostAddress()
            + ":"
            + to.getPort()
            + "\r\n"
            + key.map(k -> "Authorization: Bearer " + k + "\r\n").orElse("")
            + "Content-Type: application/json\r\nContent-Length: "
            + length
            + "\r\n\r\n";
    ByteBuf bytes = Unpooled.directBuffer(head.length() + length);
    bytes.writeCharSequence(head, StandardCharsets.US_ASCII);
    bytes.writeCharSequence(start, StandardCharsets.US_ASCII);
    for (int i = 0; i < padding; i++) {
      bytes.writeByte('a' + i % 26);
    }
    bytes.writeCharSequence(stop, StandardCharsets.US_ASCII);
    return new LoadRequest(bytes, expected(model, stream, events));
  }

  private static Expected expected(String model, boolean stream, int events) {
    if (stream) {
      return Expected.stream(model.equals("burst") ? UpstreamAnswers.BURST_EVENTS : events);
    }
    return model.equals("json")
        ? new Expected(OptionalInt.of(UpstreamAnswers.JSON_BYTES), OptionalInt.empty())
        : Expected.anything();
  }

  /** Gives the memory back once nothing that was sent is still under way. */
  @Override
  public void close() {
    bytes.release();
  }

  /** Does not show the key. */
  @Override
  public String toString() {
    return "LoadRequest[" + bytes.readableBytes() + " bytes, " + expected + "]";
  }
}
