package org.archipel.acceptance;

import java.nio.file.Path;
import java.util.List;
import org.archipel.storage.Database;

/**
 * A usage record as it lies in a site's store.
 *
 * @param id the record's own
 * @param requestId what the caller saw
 * @param engine empty when no engine was tried
 * @param outcome {@code completed}, {@code cancelled} or {@code failed}
 */
record AccountedRequest(
    String id,
    String requestId,
    String organization,
    String model,
    String engine,
    String route,
    String outcome,
    int status,
    long promptTokens,
    long cachedTokens,
    long completionTokens,
    boolean estimated) {

  /**
   * All records of the store of a data folder. Records still in the journal are not among them: ask
   * the site for its usage first, which moves them.
   */
  static List<AccountedRequest> all(Path data) {
    return all("sqlite:" + data.resolve("archipel.db"));
  }

  /** All records of the store with this URL. */
  static List<AccountedRequest> all(String url) {
    try (Database database = Database.open(url)) {
      return database.read(
          handle ->
              handle
                  .createQuery(
                      """
                      SELECT id, request_id, organization, model, engine, route, outcome, status,
                             prompt_tokens, cached_tokens, completion_tokens, estimated
                      FROM usage_records ORDER BY id\
                      """)
                  .map(
                      (row, _) ->
                          new AccountedRequest(
                              row.getString("id"),
                              row.getString("request_id"),
                              row.getString("organization"),
                              row.getString("model"),
                              String.valueOf(row.getString("engine")),
                              row.getString("route"),
                              row.getString("outcome"),
                              row.getInt("status"),
                              row.getLong("prompt_tokens"),
                              row.getLong("cached_tokens"),
                              row.getLong("completion_tokens"),
                              row.getInt("estimated") != 0))
                  .list());
    }
  }

  boolean completed() {
    return outcome.equals("completed");
  }
}
