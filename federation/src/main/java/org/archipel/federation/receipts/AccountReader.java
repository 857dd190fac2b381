package org.archipel.federation.receipts;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.archipel.ledger.CrossingSums;

/** Reads accounts and positions that another site sent. They are hostile until they fit. */
final class AccountReader {
  private static final Pattern SITE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?");
  private static final Pattern CURRENCY = Pattern.compile("([A-Za-z][A-Za-z0-9-]{0,15})?");
  private static final Pattern MONTH = Pattern.compile("20[0-9]{2}-[0-9]{2}");
  private static final int MOST_BYTES = 200_000;
  private static final int MOST_CURRENCIES = 16;

  private AccountReader() {}

  static Account account(String text) {
    Map<String, Object> form = parse(text);
    List<Position> positions = new ArrayList<>();
    for (Object position : list(form, "taken", 2)) {
      positions.add(position(map(position)));
    }
    if (positions.size() != 2) {
      throw malformed("taken: not both (expected: one of each site)");
    }
    Account account = new Account(month(form), positions);
    if (!account.text().equals(text)) {
      throw malformed("account: not canonical (expected: the text that both make)");
    }
    return account;
  }

  static Position position(String text) {
    return position(parse(text));
  }

  static YearMonth month(String text) {
    if (!MONTH.matcher(text).matches()) {
      throw malformed("month: strange (expected: a month such as 2026-11)");
    }
    try {
      return YearMonth.parse(text);
    } catch (DateTimeException e) {
      throw malformed("month: strange (expected: a month such as 2026-11)");
    }
  }

  private static YearMonth month(Map<?, ?> form) {
    return month(String.valueOf(form.get("month")));
  }

  private static Position position(Map<?, ?> form) {
    try {
      List<CrossingSums> sums = new ArrayList<>();
      for (Object one : list(form, "sums", MOST_CURRENCIES)) {
        sums.add(sums(map(one)));
      }
      return new Position(
          ReceiptForm.text(form, "from", SITE),
          ReceiptForm.text(form, "by", SITE),
          count(form, "after"),
          count(form, "through"),
          numbers(form, "disputed"),
          numbers(form, "carried"),
          sums);
    } catch (ReceiptException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  private static CrossingSums sums(Map<?, ?> form) {
    return new CrossingSums(
        ReceiptForm.text(form, "currency", CURRENCY),
        count(form, "requests"),
        count(form, "prompt_tokens"),
        count(form, "cached_tokens"),
        count(form, "completion_tokens"),
        count(form, "engine_micros"),
        count(form, "micro_currency"));
  }

  private static List<Long> numbers(Map<?, ?> form, String name) {
    List<Long> numbers = new ArrayList<>();
    for (Object number : list(form, name, Position.MOST_DISPUTED)) {
      numbers.add(ReceiptForm.count(Map.of(name, number), name, Long.MAX_VALUE));
    }
    return numbers;
  }

  private static long count(Map<?, ?> form, String name) {
    return ReceiptForm.count(form, name, Long.MAX_VALUE);
  }

  private static List<?> list(Map<?, ?> form, String name, int most) {
    if (form.get(name) instanceof List<?> list && list.size() <= most && !list.contains(null)) {
      return list;
    }
    throw malformed(name + ": none or too long (expected: a list of at most " + most + ")");
  }

  private static Map<?, ?> map(Object member) {
    if (member instanceof Map<?, ?> map) {
      return map;
    }
    throw malformed("a member is no object");
  }

  private static Map<String, Object> parse(String text) {
    try {
      return JSONObjectUtils.parse(text, MOST_BYTES);
    } catch (ParseException e) {
      throw malformed("no JSON object of at most " + MOST_BYTES + " characters");
    }
  }

  private static StatementException malformed(String message) {
    return new StatementException("malformed", message);
  }
}
