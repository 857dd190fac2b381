package org.archipel.simulator;

import java.util.Locale;

/**
 * Turns text into a unit vector by hashing its words: no model, but deterministic, and texts that
 * share words are near each other, so that search on top of it does find things.
 */
final class LexicalVector {
  private LexicalVector() {}

  static float[] of(String text, int dimensions) {
    float[] vector = new float[dimensions];
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean inWord = i < text.length() && isPartOfWord(text.charAt(i));
      if (inWord && start < 0) {
        start = i;
      } else if (!inWord && start >= 0) {
        add(vector, text.substring(start, i));
        start = -1;
      }
    }
    return normalized(vector);
  }

  static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static boolean isPartOfWord(char c) {
    return Character.isLetterOrDigit(c) || c == '#';
  }

  private static void add(float[] vector, String word) {
    long hash = EngineState.mix(word.toLowerCase(Locale.ROOT).hashCode());
    // Two places with signs: unrelated words rarely cancel each other.
    for (int place = 0; place < 2; place++) {
      int index = (int) Long.remainderUnsigned(hash, vector.length);
      vector[index] += (hash & (1L << 62)) == 0 ? 1 : -1;
      hash = EngineState.mix(hash);
    }
  }

  private static float[] normalized(float[] vector) {
    double length = Math.sqrt(cosine(vector, vector));
    if (length == 0) {
      // Nothing to hash: a fixed direction, since a zero vector breaks cosine searches.
      vector[0] = 1;
      return vector;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / length);
    }
    return vector;
  }
}
