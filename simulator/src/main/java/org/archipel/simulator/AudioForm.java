package org.archipel.simulator;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A multipart form with a sound file.
 *
 * <p>Parsed here and not by Netty's decoder, which leaks a pooled buffer when a body breaks off in
 * the middle of a file (seen with 4.2.18 and randomly changed bodies).
 *
 * @param fields the text fields
 * @param seconds of sound in the file, none without a file
 */
record AudioForm(Map<String, String> fields, Optional<Long> seconds) {
  private static final Pattern BOUNDARY =
      Pattern.compile("(?i)^multipart/form-data\\s*;.*?boundary=(\"[^\"]{1,70}\"|[^\\s;\"]{1,70})");
  private static final Pattern NAME = Pattern.compile("(?i)[;\\s]name=\"([^\"]*)\"");
  private static final Pattern FILE = Pattern.compile("(?i)[;\\s]filename\\*?=");
  private static final int MOST_PARTS = 64;

  static AudioForm read(FullHttpRequest request) {
    String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    Matcher boundary = BOUNDARY.matcher(type);
    if (!boundary.find()) {
      throw ApiError.badRequest("content-type: not a form (expected: multipart/form-data)");
    }
    // One char a byte, so that a file can be found and cut like text.
    String body = request.content().toString(StandardCharsets.ISO_8859_1);
    return parse("\r\n" + body, "\r\n--" + boundary.group(1).replace("\"", ""));
  }

  private static AudioForm parse(String body, String delimiter) {
    Map<String, String> fields = new HashMap<>();
    Optional<Long> seconds = Optional.empty();
    int start = after(body, delimiter, 0);
    for (int parts = 0; !body.startsWith("--", start); parts++) {
      int end = body.indexOf(delimiter, start);
      int headEnd = body.indexOf("\r\n\r\n", start);
      if (end < 0 || headEnd < 0 || headEnd > end || parts >= MOST_PARTS) {
        throw broken();
      }
      String head = body.substring(start, headEnd);
      byte[] content =
          body.substring(Math.min(headEnd + 4, end), end).getBytes(StandardCharsets.ISO_8859_1);
      Matcher name = NAME.matcher(head);
      if (FILE.matcher(head).find()) {
        seconds = Optional.of(Tone.seconds(content));
      } else if (name.find()) {
        fields.put(name.group(1), new String(content, StandardCharsets.UTF_8));
      }
      start = after(body, delimiter, end);
    }
    return new AudioForm(fields, seconds);
  }

  private static int after(String body, String delimiter, int from) {
    int found = body.indexOf(delimiter, from);
    if (found < 0) {
      throw broken();
    }
    return found + delimiter.length();
  }

  private static ApiError broken() {
    return ApiError.badRequest("body: not readable (expected: multipart/form-data)");
  }

  String field(String name, String otherwise) {
    return fields.getOrDefault(name, otherwise);
  }
}
