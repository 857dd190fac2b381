package org.archipel.storage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.archipel.storage.StorageException.Kind;
import org.jspecify.annotations.Nullable;

/** Reads a backup and believes nothing of it: what a table holds must fit the sum behind it. */
record BackupSource(Path file, TransferProgress progress) {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int ROWS_BETWEEN_WORDS = 10_000;

  TransferSummary send(TransferSink sink) {
    try (InputStream in = Files.newInputStream(file);
        InputStream plain = new GZIPInputStream(in, BUFFER_BYTES);
        JsonParser json = new JsonFactory().createParser(plain)) {
      return send(json, sink);
    } catch (NoSuchFileException e) {
      throw new StorageException(Kind.CONFIGURATION, "backup " + file + " does not exist", e);
    } catch (EOFException e) {
      throw damaged("it is cut off");
    } catch (IOException e) {
      // Jackson's messages repeat the text around; it may be somebody's.
      throw damaged("line %s".formatted(e.getClass().getSimpleName()));
    }
  }

  private StorageException damaged(String what) {
    return new StorageException(Kind.DAMAGED, "backup " + file + " is damaged or none: " + what);
  }

  private TransferSummary send(JsonParser json, TransferSink sink) throws IOException {
    Map<String, Integer> rooms = rooms(json);
    sink.begin(rooms);
    List<TableSum> sums = new ArrayList<>();
    while (true) {
      expect(json, json.nextToken(), JsonToken.START_OBJECT);
      String kind = field(json);
      if (kind.equals("table")) {
        sums.add(table(json, sink));
        continue;
      }
      TransferSummary summary = new TransferSummary(rooms, sums);
      TableSum end = end(json, kind);
      if (!end.table().equals(BackupWriter.FORMAT) || end.rows() != summary.rows()) {
        throw damaged("the end does not fit");
      }
      sink.finish(summary);
      return summary;
    }
  }

  private Map<String, Integer> rooms(JsonParser json) throws IOException {
    expect(json, json.nextToken(), JsonToken.START_OBJECT);
    if (!field(json).equals(BackupWriter.FORMAT)) {
      throw damaged("it does not begin like one");
    }
    long version = number(json);
    if (version != BackupWriter.FORMAT_VERSION) {
      throw new StorageException(
          Kind.SCHEMA,
          "backup %s: format %d (expected: %d; use the program that wrote it)"
              .formatted(file, version, BackupWriter.FORMAT_VERSION));
    }
    Map<String, Integer> rooms = new TreeMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean these = json.currentName().equals("rooms");
      JsonToken value = json.nextToken();
      while (these && value == JsonToken.START_OBJECT && json.nextToken() == JsonToken.FIELD_NAME) {
        String room = json.currentName();
        rooms.put(room, (int) Math.min(number(json), Integer.MAX_VALUE));
      }
    }
    if (!rooms.keySet().stream().allMatch(RoomMigration::isName)) {
      throw damaged("a room has an odd name");
    }
    return rooms;
  }

  private TableSum table(JsonParser json, TransferSink sink) throws IOException {
    String name = text(json);
    List<String> columns = new ArrayList<>();
    if (!field(json).equals("columns")) {
      throw damaged("a table has no columns");
    }
    expect(json, json.nextToken(), JsonToken.START_ARRAY);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      columns.add(json.getText());
    }
    expect(json, json.nextToken(), JsonToken.END_OBJECT);
    sink.table(name, columns);
    RowSums sums = new RowSums();
    while (json.nextToken() == JsonToken.START_ARRAY) {
      @Nullable Object[] values = row(json, columns.size());
      sums.add(values);
      sink.row(values);
      if (sums.rows() % ROWS_BETWEEN_WORDS == 0) {
        progress.copied(name, sums.rows(), false);
      }
    }
    TableSum sum = sums.of(name);
    if (json.currentToken() != JsonToken.START_OBJECT || !end(json, field(json)).equals(sum)) {
      throw damaged("the rows of " + name + " are not those that were written");
    }
    sink.end(sum);
    progress.copied(name, sums.rows(), true);
    return sum;
  }

  private @Nullable Object[] row(JsonParser json, int columns) throws IOException {
    @Nullable Object[] values = new @Nullable Object[columns];
    for (int i = 0; i < columns; i++) {
      values[i] =
          switch (json.nextToken()) {
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_STRING -> json.getText();
            case null, default -> throw damaged("a row has other values");
          };
    }
    expect(json, json.nextToken(), JsonToken.END_ARRAY);
    return values;
  }

  private TableSum end(JsonParser json, String field) throws IOException {
    if (!field.equals("end")) {
      throw damaged("a table has no end");
    }
    String table = text(json);
    field(json);
    long rows = number(json);
    field(json);
    TableSum sum = new TableSum(table, rows, text(json));
    expect(json, json.nextToken(), JsonToken.END_OBJECT);
    return sum;
  }

  private String field(JsonParser json) throws IOException {
    expect(json, json.nextToken(), JsonToken.FIELD_NAME);
    return json.currentName();
  }

  private String text(JsonParser json) throws IOException {
    expect(json, json.nextToken(), JsonToken.VALUE_STRING);
    return json.getText();
  }

  private long number(JsonParser json) throws IOException {
    expect(json, json.nextToken(), JsonToken.VALUE_NUMBER_INT);
    return json.getLongValue();
  }

  private void expect(JsonParser json, @Nullable JsonToken found, JsonToken wanted) {
    if (found != wanted) {
      throw damaged(
          "line %d (expected: %s)".formatted(json.currentTokenLocation().getLineNr(), wanted));
    }
  }
}
