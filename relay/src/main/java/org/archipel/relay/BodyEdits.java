package org.archipel.relay;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * The splices that turn a caller's body into the one an engine gets: the model's name there, the
 * wish for usage at the end of a stream, and the engine's own word for the request's class in place
 * of the caller's. Everything between them stays byte for byte.
 */
final class BodyEdits {
  private static final byte[] STREAM_OPTIONS_FIELD =
      bytes("\"stream_options\":{\"include_usage\":true},");
  private static final byte[] STREAM_OPTIONS_VALUE = bytes("{\"include_usage\":true}");
  private static final byte[] INCLUDE_USAGE = bytes("\"include_usage\":true");
  private static final byte[] INCLUDE_USAGE_COMMA = bytes("\"include_usage\":true,");
  private static final byte[] NOTHING = {};
  private static final byte[] TRUE = bytes("true");

  /**
   * One splice.
   *
   * @param span what is replaced; empty to insert
   */
  record Edit(Span span, byte[] replacement) {}

  private BodyEdits() {}

  /**
   * The splices for a JSON body, in the order of their places.
   *
   * @param priority what the engine is to read in {@code priority}
   */
  static List<Edit> json(
      RequestEnvelope envelope, Route route, String upstreamModel, OptionalInt priority) {
    List<Edit> edits = new ArrayList<>(2);
    if (!upstreamModel.equals(envelope.model())) {
      edits.add(new Edit(envelope.modelSpan(), quoted(upstreamModel)));
    }
    if (envelope.stream() && route.usageOnRequest()) {
      askForUsage(envelope, edits);
    }
    for (Span ours : envelope.wishes().ours()) {
      edits.add(new Edit(ours, NOTHING));
    }
    if (priority.isPresent() && route.takesPriority()) {
      String field = "\"priority\":" + priority.getAsInt() + ",";
      edits.add(new Edit(at(envelope.bodyStart()), bytes(field)));
    }
    // What is put in before what is cut out, where both begin at one place.
    edits.sort(
        Comparator.<Edit>comparingInt(edit -> edit.span().start())
            .thenComparingInt(edit -> edit.span().end()));
    return edits;
  }

  /** The splices for a multipart body, where names stand without quotes. */
  static List<Edit> multipart(RequestEnvelope envelope, String upstreamModel) {
    if (upstreamModel.equals(envelope.model())) {
      return List.of();
    }
    return List.of(new Edit(envelope.modelSpan(), bytes(upstreamModel)));
  }

  /** By how many bytes the splices change a body's length. */
  static int growth(List<Edit> edits) {
    int growth = 0;
    for (Edit edit : edits) {
      growth += edit.replacement().length - (edit.span().end() - edit.span().start());
    }
    return growth;
  }

  private static void askForUsage(RequestEnvelope envelope, List<Edit> edits) {
    RequestEnvelope.StreamOptions options = envelope.streamOptions();
    if (options.includeUsage()) {
      return;
    }
    if (!options.span().exists()) {
      // The object has a field at least, its model, so that the comma is right.
      edits.add(new Edit(at(envelope.bodyStart()), STREAM_OPTIONS_FIELD));
    } else if (options.inner() < 0) {
      edits.add(new Edit(options.span(), STREAM_OPTIONS_VALUE));
    } else if (options.includeUsageSpan().exists()) {
      edits.add(new Edit(options.includeUsageSpan(), TRUE));
    } else {
      edits.add(
          new Edit(at(options.inner()), options.empty() ? INCLUDE_USAGE : INCLUDE_USAGE_COMMA));
    }
  }

  private static Span at(int offset) {
    return new Span(offset, offset);
  }

  private static byte[] quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return bytes(json.append('"').toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
