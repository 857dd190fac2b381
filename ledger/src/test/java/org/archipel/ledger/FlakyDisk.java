package org.archipel.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A disk that can be full, broken, or lose its power: then any sector that was written and not
 * forced may hold what it held before. Thread-safe.
 */
final class FlakyDisk implements SegmentFiles {
  private static final int SECTOR = 512;

  private final SegmentFiles disk = SegmentFiles.disk();
  private final Map<Path, List<Write>> unforced = new HashMap<>();
  private boolean writesFail;
  private boolean forcesFail;
  private boolean dead;

  private record Write(long position, ByteBuffer before) {}

  synchronized void writesFail(boolean fail) {
    writesFail = fail;
  }

  synchronized void forcesFail(boolean fail) {
    forcesFail = fail;
  }

  /** Cuts the power: sectors fall back at random, and nothing works any more. */
  synchronized void powerLoss(SplittableRandom random) throws IOException {
    dead = true;
    for (Map.Entry<Path, List<Write>> entry : unforced.entrySet()) {
      if (entry.getKey().toFile().exists()) {
        undo(entry.getKey(), entry.getValue(), random);
      }
    }
  }

  private void undo(Path path, List<Write> writes, SplittableRandom random) throws IOException {
    try (SegmentFile file = disk.open(path)) {
      for (Write write : writes.reversed()) {
        int size = write.before.limit();
        for (int at = 0; at < size; ) {
          long position = write.position + at;
          int length = (int) Math.min(SECTOR - position % SECTOR, size - at);
          if (random.nextBoolean()) {
            file.write(write.before.slice(at, length), position);
          }
          at += length;
        }
      }
    }
  }

  @Override
  public synchronized SegmentFile open(Path path) throws IOException {
    if (dead || (writesFail && !path.toFile().exists())) {
      throw new IOException("No space left on device");
    }
    return new Flaky(path, disk.open(path));
  }

  private final class Flaky implements SegmentFile {
    private final Path path;
    private final SegmentFile file;

    Flaky(Path path, SegmentFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      synchronized (FlakyDisk.this) {
        check(writesFail, "No space left on device");
        // A file that is being made has no name that counts yet: only segments are undone.
        ByteBuffer before = ByteBuffer.allocate(source.remaining());
        file.read(before, position);
        unforced
            .computeIfAbsent(path, p -> new ArrayList<>())
            .add(new Write(position, before.clear()));
        file.write(source, position);
      }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return file.read(target, position);
    }

    @Override
    public void force() throws IOException {
      synchronized (FlakyDisk.this) {
        check(forcesFail, "Input/output error");
        file.force();
        unforced.remove(path);
      }
    }

    private void check(boolean fails, String message) throws IOException {
      if (dead || fails) {
        throw new IOException(message);
      }
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
