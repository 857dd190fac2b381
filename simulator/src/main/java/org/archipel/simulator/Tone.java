package org.archipel.simulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The sound that stands for speech: an honest 440 Hz tone, mono, 16 bit, 16 kHz. */
final class Tone {
  static final int RATE = 16_000;
  private static final int HEADER = 44;
  // About the pace of speech, at most ten seconds.
  private static final double SECONDS_PER_CHARACTER = 0.06;
  private static final double LONGEST = 10;

  private Tone() {}

  /** A WAV file as long as it would take to say the text. */
  static byte[] wav(String text) {
    byte[] samples = pcm(text);
    ByteBuffer file = ByteBuffer.allocate(HEADER + samples.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(HEADER - 8 + samples.length).put(ascii("WAVE"));
    file.put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort((short) 1);
    file.putInt(RATE).putInt(RATE * 2).putShort((short) 2).putShort((short) 16);
    file.put(ascii("data")).putInt(samples.length).put(samples);
    return file.array();
  }

  /** The same without a header. */
  static byte[] pcm(String text) {
    double seconds = Math.min(LONGEST, Math.max(0.1, text.length() * SECONDS_PER_CHARACTER));
    int count = (int) (seconds * RATE);
    ByteBuffer samples = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      samples.putShort((short) (3000 * Math.sin(2 * Math.PI * 440 * i / RATE)));
    }
    return samples.array();
  }

  /**
   * Seconds of sound in a file: by its header if it is a WAV file, else as if it were compressed to
   * 64 kbit/s. At least 1.
   */
  static long seconds(byte[] file) {
    long rate = 8000;
    boolean wav =
        file.length >= HEADER && new String(file, 0, 4, StandardCharsets.ISO_8859_1).equals("RIFF");
    if (wav) {
      int declared = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(28);
      rate = declared > 0 ? declared : rate;
    }
    return Math.max(1, Math.ceilDiv(file.length - (wav ? HEADER : 0), rate));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
