package org.archipel.simulator;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * What the engine says, cut into tokens of four characters.
 *
 * @param text what it says, or the arguments of the tool it calls as JSON
 * @param tool the name of the tool it calls
 * @param limited whether the token limit of the request ended it
 */
record Answer(String text, Optional<String> tool, boolean limited) {

  Answer {
    if (tool.isEmpty() && text.chars().anyMatch(c -> Character.isSurrogate((char) c))) {
      // A token must not end in the middle of a character.
      text = text.replaceAll("[^\\u0000-\\uFFFF]", "\uFFFD");
    }
  }

  int tokens() {
    return TokenRule.count(text);
  }

  /** Writes the token as the inside of a JSON string. */
  void writeToken(ByteBuf out, int index) {
    int from = index * TokenRule.CHARACTERS;
    int to = Math.min(text.length(), from + TokenRule.CHARACTERS);
    out.writeBytes(Wire.escaped(text.substring(from, to)));
  }

  /** OpenAI's reason for the end. */
  String finishReason() {
    if (tool.isPresent()) {
      return "tool_calls";
    }
    return limited ? "length" : "stop";
  }
}
