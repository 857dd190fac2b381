package org.archipel.control.statement;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as people of a language write them. */
record Figures(Language language) {
  private static final int MICROS = 6;
  private static final int MILLIS = 3;
  private static final int LEAST_OF_AMOUNTS = 2;

  /** A whole number. */
  String count(long count) {
    return text(BigDecimal.valueOf(count));
  }

  /** Seconds of microseconds, rounded to the millisecond. */
  String seconds(long micros) {
    return text(BigDecimal.valueOf(micros, MICROS).setScale(MILLIS, RoundingMode.HALF_UP));
  }

  /** Seconds of milliseconds. */
  String secondsOfMillis(long millis) {
    return text(BigDecimal.valueOf(millis, MILLIS));
  }

  /** An amount of micro-currency, exact, with at least two decimals. */
  String amount(long micro) {
    BigDecimal exact = BigDecimal.valueOf(micro, MICROS).stripTrailingZeros();
    return text(exact.setScale(Math.max(exact.scale(), LEAST_OF_AMOUNTS)));
  }

  private String text(BigDecimal number) {
    String plain = number.abs().toPlainString();
    int point = plain.indexOf('.');
    String whole = point < 0 ? plain : plain.substring(0, point);
    StringBuilder text = new StringBuilder(number.signum() < 0 ? "\u2212" : "");
    for (int i = 0; i < whole.length(); i++) {
      if (i > 0 && (whole.length() - i) % 3 == 0) {
        text.append(language.groups());
      }
      text.append(whole.charAt(i));
    }
    return point < 0
        ? text.toString()
        : text.append(language.point()).append(plain, point + 1, plain.length()).toString();
  }
}
