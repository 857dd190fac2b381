package org.archipel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** OpenAI's Responses API: typed events with a sequence number, a full object at the end. */
final class ResponsesFormat implements AnswerFormat {
  private final Told told;
  private final JsonNode request;
  private final byte[] head;
  private final byte[] middle;
  private int sequence;

  ResponsesFormat(Told told, JsonNode request) {
    this.told = told;
    this.request = request;
    String type =
        isCall() ? "response.function_call_arguments.delta" : "response.output_text.delta";
    String item = new String(Wire.escaped(itemId()), StandardCharsets.UTF_8);
    String content = isCall() ? "" : ",\"content_index\":0,\"logprobs\":[]";
    this.head =
        Wire.utf8(
            "event: %s\ndata: {\"type\":\"%s\",\"item_id\":\"%s\",\"output_index\":0%s,\"delta\":\""
                .formatted(type, type, item, content));
    this.middle = Wire.utf8("\",\"sequence_number\":");
  }

  private boolean isCall() {
    return told.answer().tool().isPresent();
  }

  private String itemId() {
    return (isCall() ? "fc_" : "msg_") + told.id();
  }

  @Override
  public int tokens() {
    return told.answer().tokens();
  }

  @Override
  public byte[] whole() {
    return Wire.bytes(response(true));
  }

  @Override
  public void opening(ByteBuf out) {
    emit(out, "response.created", Wire.object().set("response", response(false)));
    emit(out, "response.in_progress", Wire.object().set("response", response(false)));
    emit(out, "response.output_item.added", atOutput(Wire.object()).set("item", item("", false)));
    if (!isCall()) {
      emit(out, "response.content_part.added", atContent().set("part", part("")));
    }
  }

  @Override
  public void token(ByteBuf out, int index) {
    out.writeBytes(head);
    told.answer().writeToken(out, index);
    out.writeBytes(middle);
    out.writeCharSequence(sequence++ + "}\n\n", StandardCharsets.UTF_8);
  }

  @Override
  public void closing(ByteBuf out) {
    String text = told.answer().text();
    if (isCall()) {
      ObjectNode done = atItem().put("arguments", text).put("name", told.answer().tool().get());
      emit(out, "response.function_call_arguments.done", done);
    } else {
      ObjectNode done = atContent().put("text", text);
      done.putArray("logprobs");
      emit(out, "response.output_text.done", done);
      emit(out, "response.content_part.done", atContent().set("part", part(text)));
    }
    emit(out, "response.output_item.done", atOutput(Wire.object()).set("item", item(text, true)));
    String last = told.answer().limited() ? "response.incomplete" : "response.completed";
    emit(out, last, Wire.object().set("response", response(true)));
  }

  @Override
  public void failure(ByteBuf out) {
    ObjectNode error =
        Wire.object().put("code", "server_error").put("message", "simulated fault: engine failed");
    ObjectNode response = response(false).put("status", "failed");
    response.set("error", error);
    emit(out, "response.failed", Wire.object().set("response", response));
  }

  private void emit(ByteBuf out, String type, JsonNode fields) {
    ObjectNode event = Wire.object().put("type", type).setAll((ObjectNode) fields);
    event.put("sequence_number", sequence++);
    Wire.event(out, type, event);
  }

  private static ObjectNode atOutput(ObjectNode event) {
    return event.put("output_index", 0);
  }

  private ObjectNode atItem() {
    return atOutput(Wire.object().put("item_id", itemId()));
  }

  private ObjectNode atContent() {
    return atItem().put("content_index", 0);
  }

  private static ObjectNode part(String text) {
    ObjectNode part = Wire.object().put("type", "output_text").put("text", text);
    part.putArray("annotations");
    part.putArray("logprobs");
    return part;
  }

  private ObjectNode item(String text, boolean done) {
    String finished = told.answer().limited() ? "incomplete" : "completed";
    ObjectNode item =
        Wire.object().put("id", itemId()).put("status", done ? finished : "in_progress");
    if (isCall()) {
      return item.put("type", "function_call")
          .put("call_id", "call_" + told.id())
          .put("name", told.answer().tool().get())
          .put("arguments", text);
    }
    item.put("type", "message").put("role", "assistant");
    if (done) {
      item.putArray("content").add(part(text));
    } else {
      item.putArray("content");
    }
    return item;
  }

  private ObjectNode response(boolean done) {
    boolean cut = told.answer().limited();
    String finished = cut ? "incomplete" : "completed";
    ObjectNode response =
        Wire.object()
            .put("id", "resp_" + told.id())
            .put("object", "response")
            .put("created_at", told.created())
            .put("status", done ? finished : "in_progress")
            .put("model", told.model());
    if (done) {
      response.put("completed_at", told.created());
    } else {
      response.putNull("completed_at");
    }
    response.putNull("error");
    if (done && cut) {
      response.putObject("incomplete_details").put("reason", "max_output_tokens");
    } else {
      response.putNull("incomplete_details");
    }
    response.putArray("output");
    if (done) {
      response.withArray("output").add(item(told.answer().text(), true));
    }
    if (done && !told.reporting().never()) {
      response.set("usage", told.usage().responses());
    } else {
      response.putNull("usage");
    }
    return settings(response);
  }

  /**
   * The request's settings, which the object has to repeat; not its instructions and tools, which
   * can be 100 KB and would be sent three times.
   */
  private ObjectNode settings(ObjectNode response) {
    response.putNull("instructions").putNull("previous_response_id").putNull("max_tool_calls");
    response.putArray("tools");
    response.put("tool_choice", "auto").put("truncation", "disabled");
    response.put("parallel_tool_calls", request.path("parallel_tool_calls").asBoolean(true));
    response.putObject("text").putObject("format").put("type", "text");
    response.put("top_p", request.path("top_p").asDouble(1.0));
    response.put("temperature", request.path("temperature").asDouble(1.0));
    response.put("presence_penalty", 0.0).put("frequency_penalty", 0.0).put("top_logprobs", 0);
    response.putObject("reasoning").putNull("effort").putNull("summary");
    if (request.path("max_output_tokens").isIntegralNumber()) {
      response.set("max_output_tokens", request.path("max_output_tokens"));
    } else {
      response.putNull("max_output_tokens");
    }
    response.put("store", false).put("background", false).put("service_tier", "default");
    response.putObject("metadata");
    response.putNull("safety_identifier").putNull("prompt_cache_key").putNull("user");
    return response;
  }
}
