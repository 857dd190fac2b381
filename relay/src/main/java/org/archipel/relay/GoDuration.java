package org.archipel.relay;

/** Durations as OpenAI's headers write them, which is how Go does: {@code 12ms}, {@code 6m0s}. */
final class GoDuration {
  private GoDuration() {}

  /**
   * The text of a duration.
   *
   * @param millis at least 0
   */
  static String of(long millis) {
    if (millis == 0) {
      return "0s";
    }
    if (millis < 1000) {
      return millis + "ms";
    }
    StringBuilder text = new StringBuilder();
    long hours = millis / 3_600_000;
    long minutes = millis / 60_000 % 60;
    if (hours > 0) {
      text.append(hours).append('h');
    }
    if (hours > 0 || minutes > 0) {
      text.append(minutes).append('m');
    }
    text.append(millis / 1000 % 60);
    long rest = millis % 1000;
    if (rest > 0) {
      text.append('.').append(String.valueOf(1000 + rest).substring(1).replaceAll("0+$", ""));
    }
    return text.append('s').toString();
  }
}
