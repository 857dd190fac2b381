package org.archipel.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;

/** The text of a sound file, in the formats of OpenAI's transcriptions. */
final class TranscriptFormat implements AnswerFormat {
  private final Told told;
  private final String format;
  private final long seconds;

  /**
   * @param format json, text, verbose_json, srt or vtt
   * @param seconds of sound
   */
  TranscriptFormat(Told told, String format, long seconds) {
    this.told = told;
    this.format = format;
    this.seconds = seconds;
  }

  static boolean knows(String format) {
    return switch (format) {
      case "json", "text", "verbose_json", "srt", "vtt" -> true;
      default -> false;
    };
  }

  @Override
  public int tokens() {
    return told.answer().tokens();
  }

  @Override
  public String wholeType() {
    return format.endsWith("json") ? "application/json" : "text/plain; charset=utf-8";
  }

  @Override
  public byte[] whole() {
    String text = told.answer().text();
    return switch (format) {
      case "text" -> Wire.utf8(text + "\n");
      case "srt" -> Wire.utf8("1\n00:00:00,000 --> " + time(',') + "\n" + text + "\n\n");
      case "vtt" -> Wire.utf8("WEBVTT\n\n00:00:00.000 --> " + time('.') + "\n" + text + "\n\n");
      case "verbose_json" -> Wire.bytes(verbose());
      default -> Wire.bytes(withUsage(Wire.object().put("text", text)));
    };
  }

  private ObjectNode verbose() {
    ObjectNode body = Wire.object().put("task", "transcribe").put("language", "english");
    body.put("duration", (double) seconds).put("text", told.answer().text());
    ObjectNode segment = body.putArray("segments").addObject().put("id", 0).put("seek", 0);
    segment.put("start", 0.0).put("end", (double) seconds).put("text", told.answer().text());
    segment.putArray("tokens");
    segment.put("temperature", 0.0).put("avg_logprob", 0.0);
    segment.put("compression_ratio", 1.0).put("no_speech_prob", 0.0);
    return withUsage(body);
  }

  private ObjectNode withUsage(ObjectNode body) {
    if (!told.reporting().never()) {
      body.putObject("usage").put("type", "duration").put("seconds", seconds);
    }
    return body;
  }

  private String time(char separator) {
    return "%02d:%02d:%02d%c000"
        .formatted(seconds / 3600, seconds / 60 % 60, seconds % 60, separator);
  }

  @Override
  public void opening(ByteBuf out) {
    // The first event of such a stream is its first delta.
  }

  @Override
  public void token(ByteBuf out, int index) {
    out.writeBytes(Wire.utf8("data: {\"type\":\"transcript.text.delta\",\"delta\":\""));
    told.answer().writeToken(out, index);
    out.writeBytes(Wire.utf8("\"}\n\n"));
  }

  @Override
  public void closing(ByteBuf out) {
    ObjectNode done = Wire.object().put("type", "transcript.text.done");
    Wire.event(out, withUsage(done.put("text", told.answer().text())));
    if (told.reporting().done()) {
      out.writeBytes(Wire.utf8(Wire.DONE));
    }
  }

  @Override
  public void failure(ByteBuf out) {
    Wire.event(out, Wire.error(500, "InternalServerError", "simulated fault: engine failed"));
  }
}
