package org.archipel.ledger;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.archipel.storage.Database;

/**
 * Compares the journal with SQLite (WAL, {@code synchronous=FULL}, one transaction per group) under
 * two producers that keep a given number of records in flight, and measures what a call of {@code
 * append} and an insert into the store cost. Arguments: a folder on the disk to measure, and
 * seconds per measurement.
 */
final class JournalComparison {
  private static final int PRODUCERS = 2;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final Path folder;
  private final Duration each;

  private JournalComparison(Path folder, Duration each) {
    this.folder = folder;
    this.each = each;
  }

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "journal-comparison");
    JournalComparison comparison =
        new JournalComparison(folder, Duration.ofSeconds(Long.parseLong(args[1])));
    for (int round = 0; round < 3; round++) {
      comparison.round(round);
    }
    comparison.appendCost();
    comparison.storeCost();
  }

  private void round(int round) throws Exception {
    out.printf("round %d: in flight, records/s, CPU us/record, records/commit%n", round);
    for (int inFlight : new int[] {1, 64, 256, 1024}) {
      try (SqliteJournal sqlite =
          new SqliteJournal(folder.resolve(round + "-" + inFlight + ".db"), inFlight)) {
        drive("sqlite", sqlite, inFlight);
      }
      Path journal = folder.resolve(round + "-" + inFlight);
      try (FileJournal file = FileJournal.open(journal, JournalOptions.defaults())) {
        drive("file", file, inFlight);
      }
    }
  }

  private void drive(String name, Journal journal, int inFlight) throws InterruptedException {
    List<Thread> producers = new CopyOnWriteArrayList<>();
    AtomicLong commits = new AtomicLong();
    journal.onCommit(
        () -> {
          commits.incrementAndGet();
          producers.forEach(LockSupport::unpark);
        });
    long cpu = cpuNanos();
    long start = System.nanoTime();
    long end = start + each.toNanos();
    long base = journal.durable();
    int threads = Math.min(PRODUCERS, inFlight);
    for (int p = 0; p < threads; p++) {
      producers.add(Thread.ofPlatform().start(() -> produce(journal, inFlight / threads, end)));
    }
    for (Thread producer : producers) {
      producer.join();
    }
    long records = journal.durable() - base;
    double seconds = (System.nanoTime() - start) / 1e9;
    out.printf(
        "  %-6s %5d %9.0f %8.2f %8.1f%n",
        name,
        inFlight,
        records / seconds,
        (cpuNanos() - cpu) / 1e3 / records,
        (double) records / commits.get());
  }

  /** Appends a window of records, waits until they are durable, and so on. */
  private static void produce(Journal journal, int window, long end) {
    UsageRecord record = Records.typical(1);
    while (System.nanoTime() < end) {
      long last = 0;
      for (int i = 0; i < window; i++) {
        last = journal.append(record);
      }
      while (journal.durable() < last) {
        LockSupport.park();
      }
    }
  }

  private void appendCost() throws Exception {
    try (FileJournal journal =
        FileJournal.open(folder.resolve("append"), JournalOptions.defaults())) {
      RecordEncoder encoder = new RecordEncoder();
      UsageRecord record = Records.typical(1);
      long[] encode = new long[4000];
      long[] append = new long[4000];
      for (int i = 0; i < 4000; i++) {
        long t0 = System.nanoTime();
        for (int j = 0; j < 100; j++) {
          encoder.encode(record);
        }
        long t1 = System.nanoTime();
        long last = 0;
        for (int j = 0; j < 100; j++) {
          last = journal.append(record);
        }
        long t2 = System.nanoTime();
        encode[i] = (t1 - t0) / 100;
        append[i] = (t2 - t1) / 100;
        while (journal.durable() < last) {
          LockSupport.parkNanos(50_000);
        }
      }
      out.printf(
          "encode: median %d ns; append: median %d ns, p90 %d ns; record %d bytes%n",
          percentile(encode, 50),
          percentile(append, 50),
          percentile(append, 90),
          encoder.encode(record));
    }
  }

  private static long percentile(long[] values, int percent) {
    // The first half warms up.
    long[] sorted = Arrays.copyOfRange(values, values.length / 2, values.length);
    Arrays.sort(sorted);
    return sorted[sorted.length * percent / 100];
  }

  private void storeCost() {
    try (Database database = Database.open("sqlite:" + folder.resolve("store.db"))) {
      database.migrate("ledger");
      UsageStore store =
          new UsageStore(
              database, new UsageRollups(), new LateRecords(ClosedPeriods.NONE, Clock.systemUTC()));
      RecordIds ids = new RecordIds(Clock.systemUTC());
      for (int batch : new int[] {100, 500, 2000}) {
        List<List<UsageRecord>> batches = new ArrayList<>();
        for (int i = 0; i < 40_000 / batch; i++) {
          List<UsageRecord> records = new ArrayList<>();
          for (int j = 0; j < batch; j++) {
            records.add(withId(Records.typical(i * 100L + j), ids));
          }
          batches.add(records);
        }
        out.printf(
            "store, %d a batch: %.0f rows/s new, %.0f rows/s again%n",
            batch, insert(store, batches), insert(store, batches));
      }
    }
  }

  private static double insert(UsageStore store, List<List<UsageRecord>> batches) {
    long start = System.nanoTime();
    long rows = 0;
    for (List<UsageRecord> batch : batches) {
      store.insert(batch);
      rows += batch.size();
    }
    return rows / ((System.nanoTime() - start) / 1e9);
  }

  private static UsageRecord withId(UsageRecord r, RecordIds ids) {
    return new UsageRecord(
        ids.next(),
        r.startedAt(),
        r.requestId(),
        r.site(),
        r.caller(),
        r.model(),
        r.engine(),
        r.route(),
        r.streamed(),
        r.outcome(),
        r.status(),
        r.errorCode(),
        r.tokens(),
        r.timing(),
        r.requestBytes(),
        r.responseBytes(),
        r.attempts(),
        r.serviceClass(),
        r.person(),
        r.audioMillis(),
        r.engineMicros(),
        r.price());
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** The rival: the same group commit on a table of two columns. */
  private static final class SqliteJournal implements Journal, AutoCloseable {
    private final Connection connection;
    private final PreparedStatement insert;
    private final int group;
    private final List<byte[]> waiting = new ArrayList<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final ThreadLocal<RecordEncoder> encoders = ThreadLocal.withInitial(RecordEncoder::new);
    private final Thread writer;
    private long sequence;
    private boolean closing;
    private volatile long durable;

    SqliteJournal(Path file, int group) throws SQLException {
      this.group = group;
      connection = DriverManager.getConnection("jdbc:sqlite:" + file);
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA journal_mode=WAL");
        statement.execute("PRAGMA synchronous=FULL");
        statement.execute(
            "CREATE TABLE journal (sequence INTEGER PRIMARY KEY, record BLOB NOT NULL)");
      }
      connection.setAutoCommit(false);
      insert = connection.prepareStatement("INSERT INTO journal VALUES (?, ?)");
      writer = Thread.ofPlatform().start(this::write);
    }

    @Override
    public long append(UsageRecord record) {
      RecordEncoder encoder = encoders.get();
      byte[] bytes = Arrays.copyOf(encoder.bytes(), encoder.encode(record));
      synchronized (waiting) {
        waiting.add(bytes);
        waiting.notifyAll();
        return ++sequence;
      }
    }

    private void write() {
      List<byte[]> taken = new ArrayList<>();
      try {
        while (true) {
          synchronized (waiting) {
            while (waiting.isEmpty() && !closing) {
              waiting.wait();
            }
            if (waiting.isEmpty()) {
              return;
            }
            List<byte[]> some = waiting.subList(0, Math.min(group, waiting.size()));
            taken.addAll(some);
            some.clear();
          }
          long next = durable;
          for (byte[] bytes : taken) {
            insert.setLong(1, ++next);
            insert.setBytes(2, bytes);
            insert.addBatch();
          }
          insert.executeBatch();
          connection.commit();
          durable = next;
          taken.clear();
          listeners.forEach(Runnable::run);
        }
      } catch (SQLException | InterruptedException e) {
        throw new JournalException("the comparison failed", e);
      }
    }

    @Override
    public long durable() {
      return durable;
    }

    @Override
    public void onCommit(Runnable listener) {
      listeners.add(listener);
    }

    @Override
    public boolean healthy() {
      return true;
    }

    @Override
    public void close() throws SQLException, InterruptedException {
      synchronized (waiting) {
        closing = true;
        waiting.notifyAll();
      }
      writer.join();
      connection.close();
    }
  }
}
