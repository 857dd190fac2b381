package org.archipel.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.archipel.storage.Database;

/**
 * Makes the daily sums that a year of a busy site leaves, without the hundred million records
 * behind them: {@value #ORGANIZATIONS} organizations of {@value #PROJECTS} projects with {@value
 * #KEYS} keys each, {@value #MODELS} models on {@value #ENGINES} engines each. A project uses one
 * to three models a day, each on all of its engines, some also in another class; one in four rests.
 */
final class YearOfUsage {
  static final int ORGANIZATIONS = 30;
  static final int PROJECTS = 10;
  static final int KEYS = 3;
  static final int MODELS = 12;
  static final int ENGINES = 3;

  private static final long RECORDS = 100_000_000;
  private static final String SUMS =
      "requests, completed, cancelled, failed, prompt_tokens, cached_tokens, completion_tokens,"
          + " estimated, queued_micros, engine_micros, total_micros, audio_millis, micro_currency";
  private static final int SUM_COLUMNS = 13;

  private final SplittableRandom random;
  private final int days;
  private long rows;

  YearOfUsage(long seed, int days) {
    this.random = new SplittableRandom(seed);
    this.days = days;
  }

  /** What a project or a key is summed by, as the dictionaries have it. */
  private record Tuple(int id, int project, int model) {}

  /** How many rows of sums were made. */
  long rows() {
    return rows;
  }

  static String organization(int number) {
    return "organization-" + number;
  }

  static String key(int organization, int project, int number) {
    return "key-" + organization + "-" + project + "-" + number;
  }

  /** Fills the empty tables of a ledger with the days up to, and without, {@code end}. */
  void fill(Database database, LocalDate end) throws SQLException {
    List<Tuple> projects = new ArrayList<>();
    List<Tuple> keys = new ArrayList<>();
    database.<Integer, SQLException>write(
        handle -> dictionaries(handle.getConnection(), projects, keys));
    for (int day = days; day > 0; day--) {
      long date = end.minusDays(day).toEpochDay();
      database.<Integer, SQLException>write(
          handle -> {
            sums(handle.getConnection(), "usage_project_daily", date, projects);
            return sums(handle.getConnection(), "usage_daily", date, keys);
          });
    }
  }

  private int dictionaries(Connection connection, List<Tuple> projects, List<Tuple> keys)
      throws SQLException {
    String coarse =
        "INSERT INTO usage_project_dimensions (id, organization, project, model, engine,"
            + " engine_owner, service_class, currency) VALUES (?, ?, ?, ?, ?, ?, ?, 'EUR')";
    String fine =
        "INSERT INTO usage_dimensions (id, organization, project, model, engine, engine_owner,"
            + " service_class, currency, api_key, person)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, 'EUR', ?, '')";
    try (PreparedStatement project = connection.prepareStatement(coarse);
        PreparedStatement key = connection.prepareStatement(fine)) {
      for (int p = 0; p < ORGANIZATIONS * PROJECTS; p++) {
        for (int model = 0; model < MODELS; model++) {
          for (int engine = 0; engine < ENGINES; engine++) {
            for (String serviceClass : List.of("interactive", "batch")) {
              projects.add(new Tuple(projects.size() + 1, p, model));
              bind(project, projects.size(), p, model, engine, serviceClass);
              project.addBatch();
              for (int k = 0; k < KEYS; k++) {
                keys.add(new Tuple(keys.size() + 1, p, model));
                bind(key, keys.size(), p, model, engine, serviceClass);
                key.setString(8, key(p / PROJECTS, p % PROJECTS, k));
                key.addBatch();
              }
            }
          }
        }
      }
      return project.executeBatch().length + key.executeBatch().length;
    }
  }

  private static void bind(
      PreparedStatement insert, int id, int project, int model, int engine, String serviceClass)
      throws SQLException {
    insert.setInt(1, id);
    insert.setString(2, organization(project / PROJECTS));
    insert.setString(3, "project-" + project % PROJECTS);
    insert.setString(4, "model-" + model);
    insert.setString(5, "engine-" + model + "-" + engine);
    insert.setString(6, organization(model % ORGANIZATIONS));
    insert.setString(7, serviceClass);
  }

  private int sums(Connection connection, String table, long day, List<Tuple> tuples)
      throws SQLException {
    String sql =
        "INSERT INTO "
            + table
            + " (day, dimension, "
            + SUMS
            + ") VALUES (?, ?"
            + ", ?".repeat(SUM_COLUMNS)
            + ")";
    long each = RECORDS / 365 / (ORGANIZATIONS * PROJECTS) / 6;
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (Tuple tuple : tuples) {
        if (!used(tuple, day)) {
          continue;
        }
        insert.setLong(1, day);
        insert.setInt(2, tuple.id);
        long requests = 1 + random.nextLong(2 * each);
        insert.setLong(3, requests);
        insert.setLong(4, requests);
        for (int column = 5; column < 3 + SUM_COLUMNS; column++) {
          insert.setLong(column, requests * random.nextInt(1000));
        }
        insert.addBatch();
        rows++;
      }
      return insert.executeBatch().length;
    }
  }

  /** One to three of the models of a project that does not rest; half of the tuples of a model. */
  private boolean used(Tuple tuple, long day) {
    long mixed = new SplittableRandom(day * 31 + tuple.project).nextLong();
    boolean rests = (mixed & 3) == 0;
    int first = tuple.project % MODELS;
    int count = 1 + (int) Math.floorMod(mixed >> 2, 3L);
    int place = Math.floorMod(tuple.model - first, MODELS);
    return !rests && place < count && random.nextInt(3) > 0;
  }
}
