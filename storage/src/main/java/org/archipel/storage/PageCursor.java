package org.archipel.storage;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a page of a list ended: the values, in the list's order, of its last row. Its text says
 * nothing to clients and may change between versions; it is no secret and proves nothing, so the
 * values are as hostile as any other input.
 */
public record PageCursor(List<String> values) {
  private static final int LONGEST = 2_000;
  private static final String BETWEEN = "\u001f";

  /** Copies. */
  public PageCursor {
    values = List.copyOf(values);
  }

  /** A cursor of these values, of which none holds a control character. */
  public static PageCursor of(Object... values) {
    return new PageCursor(Arrays.stream(values).map(String::valueOf).toList());
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @param size how many values a cursor of this list has
   * @throws PageException when it is anything else
   */
  static PageCursor parse(String text, int size) {
    if (text.length() > LONGEST) {
      throw forged();
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      String joined = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      List<String> values = List.of(joined.split(BETWEEN, -1));
      boolean plain = values.stream().allMatch(value -> value.chars().allMatch(c -> c >= ' '));
      if (values.size() != size || !plain) {
        throw forged();
      }
      return new PageCursor(values);
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw forged();
    }
  }

  private static PageException forged() {
    return new PageException("after: no cursor of this list (expected: the page before's next)");
  }

  /** A value as text. */
  public String value(int index) {
    return values.get(index);
  }

  /**
   * A value as a number.
   *
   * @throws PageException when it is none
   */
  public long number(int index) {
    try {
      return Long.parseLong(values.get(index));
    } catch (NumberFormatException e) {
      throw forged();
    }
  }

  /** What a client is given. */
  public String text() {
    byte[] bytes =
        values.stream().collect(Collectors.joining(BETWEEN)).getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
