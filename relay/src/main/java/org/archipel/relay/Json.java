package org.archipel.relay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** How the relay reads and writes JSON. */
final class Json {
  /** Deeper than any real request; a guard against stack and time. */
  private static final int MAX_DEPTH = 500;

  /**
   * Names are not interned: they come from strangers and would fill the JVM's table. Strings have
   * no limit of their own, since images travel in them and the body is bounded already.
   */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(10_000)
                  .build())
          .build();

  /** Writes one document. */
  interface Writer {
    void write(JsonGenerator generator) throws IOException;
  }

  private Json() {}

  static byte[] write(Writer writer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      writer.write(generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
