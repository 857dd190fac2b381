package org.archipel.simulator.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.archipel.simulator.fleet.scenario.Load;
import org.archipel.simulator.fleet.scenario.ScenarioException;

/**
 * Reads a file of arrivals: Azure's of 2023 as CSV, Mooncake's as JSON lines. A line that is not of
 * the form stops the reading, with its number: a trace read by halves would be another trace.
 */
final class TraceReader {
  private static final int MAX_ENTRIES = 5_000_000;
  private static final int MAX_LINE = 1 << 20;
  private static final int MAX_TOKENS = 10_000_000;
  private static final String HEADING = "TIMESTAMP,ContextTokens,GeneratedTokens";

  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd HH:mm:ss")
          .optionalStart()
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalEnd()
          .toFormatter(java.util.Locale.ROOT);

  private final Path file;
  private final Conversations conversations = new Conversations();
  private final JsonMapper json = JsonMapper.builder().build();
  private LocalDateTime first = LocalDateTime.MAX;
  private int line;

  private TraceReader(Path file) {
    this.file = file;
  }

  /**
   * The entries of a trace, in the order of time.
   *
   * @throws ScenarioException when the file or one of its lines cannot be used
   */
  static List<TraceEntry> read(Load.TraceSpec trace) {
    TraceReader reader = new TraceReader(trace.file());
    List<TraceEntry> entries = new ArrayList<>();
    try (BufferedReader in = Files.newBufferedReader(trace.file(), StandardCharsets.UTF_8)) {
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        reader.line++;
        if (text.isBlank() || (reader.line == 1 && text.strip().equals(HEADING))) {
          continue;
        }
        if (text.length() > MAX_LINE || entries.size() >= MAX_ENTRIES) {
          throw reader.wrong("too long (expected: lines of 1 MiB, 5,000,000 of them)", "");
        }
        entries.add(trace.form() == Load.Form.AZURE ? reader.azure(text) : reader.mooncake(text));
      }
    } catch (IOException e) {
      throw new ScenarioException(
          trace.file() + ": cannot be read as text (expected: a trace; name one with --trace)");
    }
    if (entries.isEmpty()) {
      throw new ScenarioException(trace.file() + ": empty (expected: at least one request)");
    }
    entries.sort(Comparator.comparingLong(TraceEntry::nanos));
    return List.copyOf(entries);
  }

  private TraceEntry azure(String text) {
    String[] parts = text.split(",", -1);
    try {
      if (parts.length == 3) {
        LocalDateTime time = LocalDateTime.parse(parts[0].strip(), TIMESTAMP);
        if (first.equals(LocalDateTime.MAX)) {
          first = time;
        }
        int prompt = tokens(Integer.parseInt(parts[1].strip()), 1, text);
        int output = tokens(Integer.parseInt(parts[2].strip()), 0, text);
        long nanos = Math.max(0, Duration.between(first, time).toNanos());
        return new TraceEntry(nanos, new Ticket.Ask(prompt, output, 0, 0), new long[0]);
      }
    } catch (DateTimeParseException | NumberFormatException | ArithmeticException _) {
      // Told below, with the line.
    }
    throw wrong("(expected: " + HEADING + ")", text);
  }

  private TraceEntry mooncake(String text) {
    JsonNode node;
    try {
      node = json.readTree(text);
    } catch (JsonProcessingException e) {
      throw wrong("(expected: one JSON object)", text);
    }
    JsonNode time = node.path("timestamp");
    if (!time.isNumber()
        || !(time.asDouble() >= 0 && time.asDouble() < 1e12)
        || !node.path("input_length").canConvertToInt()
        || !node.path("output_length").canConvertToInt()) {
      throw wrong("(expected: timestamp in ms, input_length, output_length, hash_ids)", text);
    }
    int prompt = tokens(node.path("input_length").asInt(), 1, text);
    int output = tokens(node.path("output_length").asInt(), 0, text);
    long[] hashes = new long[node.path("hash_ids").size()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = node.path("hash_ids").path(i).asLong();
    }
    Ticket.Ask ask = conversations.place(prompt, output, hashes);
    return new TraceEntry((long) (time.asDouble() * 1e6), ask, hashes);
  }

  private int tokens(int value, int min, String text) {
    if (value < min || value > MAX_TOKENS) {
      throw wrong("(expected: %d to %d tokens)".formatted(min, MAX_TOKENS), text);
    }
    return value;
  }

  private ScenarioException wrong(String expected, String text) {
    String start = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    String shown = start.replaceAll("\\p{Cntrl}", "?");
    return new ScenarioException(
        "%s:%d: %s%s".formatted(file, line, shown.isEmpty() ? "" : "\"" + shown + "\" ", expected));
  }
}
