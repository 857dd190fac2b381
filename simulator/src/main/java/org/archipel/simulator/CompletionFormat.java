package org.archipel.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Chat completions and the older text completions, as vLLM writes them. */
final class CompletionFormat implements AnswerFormat {
  private final Told told;
  private final int choices;
  private final boolean chat;
  // Per choice: what is before and after the text of a token, the same for each token.
  private final byte[][] heads;
  private final byte[] tail;

  /**
   * @param choices how often the answer is given, with indexes from 0
   * @param chat chat completions, else text completions
   */
  CompletionFormat(Told told, int choices, boolean chat) {
    this.told = told;
    this.choices = choices;
    this.chat = chat;
    this.heads = new byte[choices][];
    for (int i = 0; i < choices; i++) {
      heads[i] = Wire.utf8(tokenHead(i));
    }
    this.tail = Wire.utf8(tokenTail());
  }

  @Override
  public int tokens() {
    return told.answer().tokens();
  }

  @Override
  public byte[] whole() {
    ObjectNode body = envelope(chat ? "chat.completion" : "text_completion");
    ArrayNode list = body.putArray("choices");
    for (int i = 0; i < choices; i++) {
      ObjectNode choice = list.addObject().put("index", i);
      if (chat) {
        choice.set("message", message());
      } else {
        choice.put("text", told.answer().text());
      }
      choice.putNull("logprobs");
      choice.put("finish_reason", told.answer().finishReason()).putNull("stop_reason");
    }
    if (!told.reporting().never()) {
      body.set("usage", told.usage().openAi());
    }
    timings(body);
    return Wire.bytes(body);
  }

  private ObjectNode message() {
    ObjectNode message = Wire.object().put("role", "assistant");
    if (told.answer().tool().isEmpty()) {
      message.put("content", told.answer().text()).putNull("refusal");
      return message;
    }
    message.putNull("content").putNull("refusal");
    ObjectNode call = message.putArray("tool_calls").addObject();
    call.put("id", callId(0)).put("type", "function");
    call.putObject("function")
        .put("name", told.answer().tool().get())
        .put("arguments", told.answer().text());
    return message;
  }

  @Override
  public void opening(ByteBuf out) {
    for (int i = 0; chat && i < choices; i++) {
      ObjectNode chunk = chunk();
      ObjectNode delta = choice(chunk, i).putObject("delta");
      delta.put("role", "assistant").put("content", "");
      told.answer().tool().ifPresent(name -> delta.putArray("tool_calls").add(toolHead(name)));
      Wire.event(out, finished(chunk, i, false, 0));
    }
  }

  private ObjectNode toolHead(String name) {
    ObjectNode call = Wire.object().put("index", 0).put("id", callId(0)).put("type", "function");
    call.putObject("function").put("name", name).put("arguments", "");
    return call;
  }

  @Override
  public void token(ByteBuf out, int index) {
    for (byte[] head : heads) {
      out.writeBytes(head);
      told.answer().writeToken(out, index);
      out.writeBytes(tail);
      if (told.reporting().always()) {
        out.writeBytes(Wire.utf8(",\"usage\":"));
        out.writeBytes(Wire.bytes(usageAfter(index + 1)));
      }
      out.writeCharSequence("}\n\n", StandardCharsets.UTF_8);
    }
  }

  private String tokenHead(int choice) {
    String object = chat ? "chat.completion.chunk" : "text_completion";
    String place = "\"text\":\"";
    if (chat) {
      place =
          told.answer().tool().isPresent()
              ? "\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\""
              : "\"delta\":{\"content\":\"";
    }
    return "data: {\"id\":\""
        + quoted(id())
        + "\",\"object\":\""
        + object
        + "\",\"created\":"
        + told.created()
        + ",\"model\":\""
        + quoted(told.model())
        + "\",\"choices\":[{\"index\":"
        + choice
        + ","
        + place;
  }

  private String tokenTail() {
    String close = "\"";
    if (chat) {
      close = told.answer().tool().isPresent() ? "\"}}]}" : "\"}";
    }
    boolean usageIsNull = told.reporting().atEnd() && !told.reporting().always();
    return close
        + ",\"logprobs\":null,\"finish_reason\":null}]"
        + (usageIsNull ? ",\"usage\":null" : "");
  }

  @Override
  public void closing(ByteBuf out) {
    for (int i = 0; i < choices; i++) {
      ObjectNode chunk = chunk();
      ObjectNode choice = choice(chunk, i);
      if (chat) {
        choice.putObject("delta");
      } else {
        choice.put("text", "");
      }
      ObjectNode last = finished(chunk, i, true, tokens());
      timings(last);
      Wire.event(out, last);
    }
    if (told.reporting().atEnd()) {
      ObjectNode chunk = chunk();
      chunk.set("usage", told.usage().openAi());
      Wire.event(out, chunk);
    }
    done(out);
  }

  @Override
  public void failure(ByteBuf out) {
    Wire.event(out, Wire.error(500, "InternalServerError", "simulated fault: engine failed"));
    done(out);
  }

  private void done(ByteBuf out) {
    if (told.reporting().done()) {
      out.writeCharSequence(Wire.DONE, StandardCharsets.UTF_8);
    }
  }

  private ObjectNode chunk() {
    ObjectNode chunk = envelope(chat ? "chat.completion.chunk" : "text_completion");
    chunk.putArray("choices");
    return chunk;
  }

  private static ObjectNode choice(ObjectNode chunk, int index) {
    return chunk.withArray("choices").addObject().put("index", index);
  }

  private ObjectNode finished(ObjectNode chunk, int index, boolean last, int tokens) {
    ObjectNode choice = (ObjectNode) chunk.withArray("choices").get(0);
    choice.put("index", index).putNull("logprobs");
    choice.put("finish_reason", last ? told.answer().finishReason() : null);
    if (last) {
      choice.putNull("stop_reason");
    }
    if (told.reporting().always()) {
      chunk.set("usage", usageAfter(tokens));
    } else if (told.reporting().atEnd()) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private ObjectNode usageAfter(int tokens) {
    return told.usage().withCompletion(tokens * choices).openAi();
  }

  private ObjectNode envelope(String object) {
    return Wire.object()
        .put("id", id())
        .put("object", object)
        .put("created", told.created())
        .put("model", told.model());
  }

  private void timings(ObjectNode body) {
    if (told.reporting().timings() && !told.reporting().never()) {
      body.putObject("timings")
          .put("cache_n", told.usage().cached())
          .put("prompt_n", told.usage().prompt() - told.usage().cached())
          .put("predicted_n", told.usage().completion());
    }
  }

  private String id() {
    return (chat ? "chatcmpl-" : "cmpl-") + told.id();
  }

  private String callId(int index) {
    return "call_" + told.id() + "_" + index;
  }

  private static String quoted(String text) {
    return new String(Wire.escaped(text), StandardCharsets.UTF_8);
  }
}
