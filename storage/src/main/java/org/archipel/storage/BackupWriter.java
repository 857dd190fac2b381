package org.archipel.storage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.archipel.storage.StorageException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Writes a backup: lines of JSON, compressed with gzip. First an object that says what it is, with
 * the version of each room's tables; for each table an object with its name and columns, an array
 * for each row, an object with its sum; last an object that says that this is the end.
 *
 * <p>The file has its name only when it is whole and on the disk; before that the name ends in
 * {@code .part}.
 */
final class BackupWriter implements TransferSink, AutoCloseable {
  static final String FORMAT = "archipel-backup";
  static final int FORMAT_VERSION = 1;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final Path part;
  private final FileChannel channel;
  private final JsonGenerator json;
  private final Instant now;

  private BackupWriter(Path file, Path part, FileChannel channel, Instant now) throws IOException {
    this.file = file;
    this.part = part;
    this.channel = channel;
    this.now = now;
    OutputStream out = Channels.newOutputStream(channel);
    GZIPOutputStream compressed = new GZIPOutputStream(out, BUFFER_BYTES);
    this.json = new JsonFactory().createGenerator(compressed);
    json.setRootValueSeparator(new SerializedString("\n"));
  }

  /**
   * @param file must not exist
   */
  static BackupWriter open(Path file, Instant now) {
    try {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(file.toString());
      }
      Path part = file.resolveSibling(file.getFileName() + ".part");
      Files.deleteIfExists(part);
      FileChannel channel =
          FileChannel.open(
              part,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              ownerOnly(file));
      return new BackupWriter(file, part, channel, now);
    } catch (FileAlreadyExistsException e) {
      throw new StorageException(
          Kind.CONFIGURATION, file + " exists already (expected: a new file)", e);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** Hashes of keys and who used what: for nobody else's eyes. */
  private static FileAttribute<?>[] ownerOnly(Path file) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static StorageException failed(Path file, IOException e) {
    return new StorageException(Kind.FAILED, "backup " + file + " cannot be written: " + e, e);
  }

  /** Writing of one line, or a part of one. */
  private interface Line {
    void write() throws IOException;
  }

  private void write(Line line) {
    try {
      line.write();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  @Override
  public void begin(Map<String, Integer> rooms) {
    write(
        () -> {
          json.writeStartObject();
          json.writeNumberField(FORMAT, FORMAT_VERSION);
          json.writeStringField("created", now.toString());
          json.writeObjectFieldStart("rooms");
          for (var room : rooms.entrySet()) {
            json.writeNumberField(room.getKey(), room.getValue());
          }
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  @Override
  public void table(String name, List<String> columns) {
    write(
        () -> {
          json.writeStartObject();
          json.writeStringField("table", name);
          json.writeArrayFieldStart("columns");
          for (String column : columns) {
            json.writeString(column);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  @Override
  public void row(@Nullable Object[] values) {
    write(
        () -> {
          json.writeStartArray();
          for (Object value : values) {
            switch (value) {
              case null -> json.writeNull();
              case Long whole -> json.writeNumber(whole);
              case Object text -> json.writeString(text.toString());
            }
          }
          json.writeEndArray();
        });
  }

  @Override
  public void end(TableSum sum) {
    writeEnd(sum.table(), sum.rows(), sum.checksum());
  }

  @Override
  public void finish(TransferSummary summary) {
    writeEnd(FORMAT, summary.rows(), "");
    write(
        () -> {
          json.writeRaw('\n');
          json.close();
          // Closing the compressor closed the channel: what counts is the file.
          try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
            written.force(true);
          }
          Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        });
  }

  private void writeEnd(String what, long rows, String checksum) {
    write(
        () -> {
          json.writeStartObject();
          json.writeStringField("end", what);
          json.writeNumberField("rows", rows);
          json.writeStringField("checksum", checksum);
          json.writeEndObject();
        });
  }

  /** Removes what is not finished. */
  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
