package org.archipel.ledger.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.archipel.ledger.ExportedRecord;

/** Records as lines of text. Thread-safe. */
public enum RecordLines {
  /** A line of names, then one for each record; empty where a record has nothing. */
  CSV("text/csv") {
    @Override
    public String head() {
      return Csv.line(RecordFields.NAMES);
    }

    @Override
    public String line(ExportedRecord record) {
      Map<String, Object> fields = RecordFields.of(record);
      List<String> cells = new ArrayList<>();
      for (String name : RecordFields.NAMES) {
        cells.add(csv(fields.getOrDefault(name, "")));
      }
      return Csv.line(cells);
    }
  },
  /** One JSON object for each record, without what it has not. */
  JSON("application/jsonl") {
    @Override
    public String head() {
      return "";
    }

    @Override
    public String line(ExportedRecord record) {
      StringWriter line = new StringWriter();
      try (JsonGenerator json = FACTORY.createGenerator(line)) {
        json.writeStartObject();
        for (Map.Entry<String, Object> field : RecordFields.of(record).entrySet()) {
          json.writeFieldName(field.getKey());
          write(json, field.getValue());
        }
        json.writeEndObject();
      } catch (IOException e) {
        throw new IllegalStateException("a record that cannot be written as JSON", e);
      }
      return line.append('\n').toString();
    }
  };

  private static final JsonFactory FACTORY = new JsonFactory();

  private final String mediaType;

  RecordLines(String mediaType) {
    this.mediaType = mediaType;
  }

  /** What HTTP calls it. */
  public String mediaType() {
    return mediaType;
  }

  /** What comes before the first line. */
  public abstract String head();

  /** The line of a record, with its end. */
  public abstract String line(ExportedRecord record);

  private static String csv(Object value) {
    return switch (value) {
      case String text -> Csv.cell(text);
      case BigDecimal number -> number.toPlainString();
      default -> value.toString();
    };
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case String text -> json.writeString(text);
      case Boolean truth -> json.writeBoolean(truth);
      case Long number -> json.writeNumber(number);
      case BigDecimal number -> json.writeNumber(number.toPlainString());
      default -> throw new IllegalStateException("a field of no kind of JSON");
    }
  }
}
