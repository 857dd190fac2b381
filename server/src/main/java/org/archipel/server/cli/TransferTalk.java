package org.archipel.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Locale;
import org.archipel.storage.StorageTransfer;
import org.archipel.storage.TransferSummary;

/** Tells how far a copy has come, and what it was. */
final class TransferTalk {
  private static final Duration BETWEEN_WORDS = Duration.ofSeconds(2);

  private final Output output;
  private final boolean json;
  private long lastNanos = System.nanoTime();

  TransferTalk(Output output, boolean json) {
    this.output = output;
    this.json = json;
  }

  StorageTransfer transfer() {
    return new StorageTransfer(this::copied);
  }

  /** Beside the answer, for whoever waits. */
  private void copied(String table, long rows, boolean complete) {
    long now = System.nanoTime();
    if (complete || now - lastNanos > BETWEEN_WORDS.toNanos()) {
      lastNanos = now;
      String state = complete ? "rows, checked" : "rows so far";
      output.err().println(String.format(Locale.ROOT, "%s: %,d %s", table, rows, state));
      output.err().flush();
    }
  }

  void done(TransferSummary summary, String words) {
    if (!json) {
      output.line(
          String.format(
              Locale.ROOT,
              "%s: %d tables, %,d rows",
              words,
              summary.tables().size(),
              summary.rows()));
      return;
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ObjectNode rooms = answer.putObject("schemas");
    summary.rooms().forEach(rooms::put);
    ArrayNode tables = answer.putArray("tables");
    summary
        .tables()
        .forEach(
            sum ->
                tables
                    .addObject()
                    .put("table", sum.table())
                    .put("rows", sum.rows())
                    .put("checksum", sum.checksum()));
    output.line(answer.toString());
  }
}
