package org.archipel.simulator;

/** How a model's weights are stored. */
public enum Precision {
  BF16(2.0),
  FP8(1.0),
  /** llama.cpp's Q4_K_M: 4.85 bits a weight on average. */
  Q4(4.85 / 8);

  private final double bytesPerWeight;

  Precision(double bytesPerWeight) {
    this.bytesPerWeight = bytesPerWeight;
  }

  /** Bytes that one weight takes. */
  public double bytesPerWeight() {
    return bytesPerWeight;
  }
}
