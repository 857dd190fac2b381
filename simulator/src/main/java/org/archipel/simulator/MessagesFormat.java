package org.archipel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Anthropic's Messages. */
final class MessagesFormat implements AnswerFormat {
  private static final byte[] TAIL = Wire.utf8("\"}}\n\n");

  private final Told told;
  private final byte[] head;

  MessagesFormat(Told told) {
    this.told = told;
    String delta = isCall() ? "input_json_delta\",\"partial_json\":\"" : "text_delta\",\"text\":\"";
    this.head =
        Wire.utf8(
            "event: content_block_delta\n"
                + "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\""
                + delta);
  }

  private boolean isCall() {
    return told.answer().tool().isPresent();
  }

  @Override
  public int tokens() {
    return told.answer().tokens();
  }

  @Override
  public byte[] whole() {
    ObjectNode message = message();
    ObjectNode block = block(told.answer().text());
    if (isCall()) {
      block.set("input", arguments());
    }
    message.withArray("content").add(block);
    message.put("stop_reason", stopReason());
    usage(message, told.usage().completion());
    return Wire.bytes(message);
  }

  private JsonNode arguments() {
    return Wire.read(Unpooled.wrappedBuffer(Wire.utf8(told.answer().text())));
  }

  @Override
  public void opening(ByteBuf out) {
    ObjectNode message = message();
    usage(message, 1);
    emit(out, "message_start", Wire.object().set("message", message));
    ObjectNode start = Wire.object().put("index", 0);
    start.set("content_block", block(""));
    emit(out, "content_block_start", start);
    emit(out, "ping", Wire.object());
  }

  @Override
  public void token(ByteBuf out, int index) {
    out.writeBytes(head);
    told.answer().writeToken(out, index);
    out.writeBytes(TAIL);
  }

  @Override
  public void closing(ByteBuf out) {
    emit(out, "content_block_stop", Wire.object().put("index", 0));
    ObjectNode delta = Wire.object();
    delta.putObject("delta").put("stop_reason", stopReason()).putNull("stop_sequence");
    usage(delta, told.usage().completion());
    emit(out, "message_delta", delta);
    emit(out, "message_stop", Wire.object());
  }

  @Override
  public void failure(ByteBuf out) {
    Wire.event(out, "error", Wire.anthropicError(500, "simulated fault: engine failed"));
  }

  private static void emit(ByteBuf out, String type, ObjectNode fields) {
    Wire.event(out, type, Wire.object().put("type", type).setAll(fields));
  }

  private ObjectNode message() {
    ObjectNode message =
        Wire.object()
            .put("id", "msg_" + told.id())
            .put("type", "message")
            .put("role", "assistant")
            .put("model", told.model());
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    return message;
  }

  private ObjectNode block(String text) {
    if (told.answer().tool().isEmpty()) {
      return Wire.object().put("type", "text").put("text", text);
    }
    ObjectNode block =
        Wire.object()
            .put("type", "tool_use")
            .put("id", "toolu_" + told.id())
            .put("name", told.answer().tool().get());
    block.putObject("input");
    return block;
  }

  private void usage(ObjectNode owner, int outputTokens) {
    if (!told.reporting().never()) {
      owner.set("usage", told.usage().withCompletion(outputTokens).anthropic());
    }
  }

  private String stopReason() {
    if (isCall()) {
      return "tool_use";
    }
    return told.answer().limited() ? "max_tokens" : "end_turn";
  }
}
