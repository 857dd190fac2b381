package org.archipel.relay;

/** Events of chat streams, as engines send them. */
final class Chunks {
  static final String ROLE = delta("\"role\":\"assistant\",\"content\":\"\"");
  static final String STOP =
      "data:"
          + " {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  static final String DONE = "data: [DONE]\n\n";
  static final String COUNTS =
      "{\"prompt_tokens\":11,\"completion_tokens\":3,\"total_tokens\":14,"
          + "\"prompt_tokens_details\":{\"cached_tokens\":8}}";
  static final String USAGE = "data: {\"id\":\"c\",\"choices\":[],\"usage\":" + COUNTS + "}\n\n";

  private Chunks() {}

  static String text(String text) {
    return delta("\"content\":\"" + text + "\"");
  }

  /** A chunk with text and usage. */
  static String textWithUsage(String text) {
    return text(text).replace("}]}", "}],\"usage\":" + COUNTS + "}");
  }

  private static String delta(String fields) {
    return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{"
        + fields
        + "},\"finish_reason\":null}]}\n\n";
  }
}
