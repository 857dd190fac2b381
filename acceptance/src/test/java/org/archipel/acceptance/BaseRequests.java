package org.archipel.acceptance;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Correct requests of every kind that a site serves, from which spoilt ones are made. */
final class BaseRequests {
  static final String BOUNDARY = "----archipel-boundary-7MA4YWxk";

  private static final String JSON = "application/json";

  /** A correct request, by what its body is. */
  record Base(String name, Kind kind, RawRequest request) {}

  enum Kind {
    BARE,
    JSON,
    MULTIPART
  }

  private BaseRequests() {}

  /** One of each kind, with the target's models and key, without content lengths. */
  static List<Base> of(SdkTarget target) {
    String chat = target.chatModel();
    String question = "\"messages\":[{\"role\":\"user\",\"content\":\"où est la mer ?\"}]";
    return List.of(
        json(
            target,
            "chat",
            "/v1/chat/completions",
            "{\"model\":\"%s\",\"max_tokens\":4,%s}".formatted(chat, question)),
        json(
            target,
            "chat stream",
            "/v1/chat/completions",
            "{\"model\":\"%s\",\"stream\":true,\"max_tokens\":4,%s}".formatted(chat, question)),
        json(
            target,
            "embeddings",
            "/v1/embeddings",
            "{\"model\":\"%s\",\"input\":[\"a\",\"b\"]}".formatted(target.embeddingModel())),
        json(
            target,
            "responses",
            "/v1/responses",
            "{\"model\":\"%s\",\"max_output_tokens\":4,\"input\":\"hello\"}".formatted(chat)),
        json(
            target,
            "messages",
            "/v1/messages",
            "{\"model\":\"%s\",\"max_tokens\":4,%s}".formatted(chat, question)),
        new Base("transcription", Kind.MULTIPART, transcription(target)),
        new Base("models", Kind.BARE, request(target, "GET", "/v1/models", "", new byte[0])));
  }

  private static Base json(SdkTarget target, String name, String path, String body) {
    return new Base(
        name,
        Kind.JSON,
        request(target, "POST", path, JSON, body.getBytes(StandardCharsets.UTF_8)));
  }

  private static RawRequest transcription(SdkTarget target) {
    byte[] before =
        (part("model", "", target.transcriptionModel())
                + part("language", "", "fr")
                + part("file", "; filename=\"a.wav\"\r\nContent-Type: audio/wav", ""))
            .replaceFirst("\r\n$", "")
            .getBytes(StandardCharsets.UTF_8);
    byte[] after = ("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8);
    byte[] sound = new byte[3_000];
    byte[] body = RawRequest.join(before, sound, after);
    return request(
        target,
        "POST",
        "/v1/audio/transcriptions",
        "multipart/form-data; boundary=" + BOUNDARY,
        body);
  }

  private static String part(String name, String more, String value) {
    return "--%s\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n%s\r\n"
        .formatted(BOUNDARY, name, more, value);
  }

  private static RawRequest request(
      SdkTarget target, String method, String path, String type, byte[] body) {
    return RawRequest.of(method, path, type, body).with("Authorization: Bearer " + target.key());
  }
}
