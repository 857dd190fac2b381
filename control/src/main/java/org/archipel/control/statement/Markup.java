package org.archipel.control.statement;

import java.util.List;

/**
 * Writes XML that is HTML too. Whatever is text is escaped here and nowhere else: tags and
 * attributes are our own constants.
 */
final class Markup {
  private final StringBuilder out = new StringBuilder();

  /** Markup of our own, as it is. */
  Markup raw(String markup) {
    out.append(markup);
    return this;
  }

  /** Text of anybody. */
  Markup text(String text) {
    text.codePoints().forEach(this::escape);
    return this;
  }

  private void escape(int point) {
    switch (point) {
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '&' -> out.append("&amp;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      default -> out.appendCodePoint(inXml(point) ? point : '\ufffd');
    }
  }

  private static boolean inXml(int point) {
    boolean control = point < 0x20 && point != '\t' && point != '\n' && point != '\r';
    boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    return !control && !surrogate && point != 0xfffe && point != 0xffff;
  }

  /** An element with text in it. */
  Markup element(String tag, String text) {
    return raw("<").raw(tag).raw(">").text(text).raw("</").raw(tag).raw(">");
  }

  /**
   * A table's heading of columns.
   *
   * @param firstNumber from which column on there are numbers
   */
  Markup head(List<String> columns, int firstNumber) {
    raw("<thead><tr>");
    for (int i = 0; i < columns.size(); i++) {
      raw(i < firstNumber ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"n\">");
      text(columns.get(i)).raw("</th>");
    }
    return raw("</tr></thead>");
  }

  /** A table's row, whose first cell says what it is about. */
  Markup row(List<String> cells, int firstNumber) {
    raw("<tr>");
    for (int i = 0; i < cells.size(); i++) {
      String tag = i == 0 ? "th" : "td";
      raw("<").raw(tag).raw(i == 0 ? " scope=\"row\"" : "");
      raw(i < firstNumber ? ">" : " class=\"n\">").text(cells.get(i));
      raw("</").raw(tag).raw(">");
    }
    return raw("</tr>");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
