package org.archipel.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens the journal's files: the seam at which tests make a disk fail. */
interface SegmentFiles {
  /** Opens a file for reading and writing, and makes it when it is not there. */
  SegmentFile open(Path path) throws IOException;

  /** A file that is read and written at given places. */
  interface SegmentFile extends Closeable {
    /** Writes all that remains in {@code source}. */
    void write(ByteBuffer source, long position) throws IOException;

    /** Reads until {@code target} is full or the file ends; returns the bytes read, at least 0. */
    int read(ByteBuffer target, long position) throws IOException;

    /** Makes what was written survive a loss of power; its size too when that changed. */
    void force() throws IOException;

    long size() throws IOException;
  }

  /** The real disk. */
  static SegmentFiles disk() {
    return path ->
        new ChannelFile(
            FileChannel.open(
                path,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE));
  }

  /** A file of the real disk. */
  record ChannelFile(FileChannel channel) implements SegmentFile {
    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      long at = position;
      while (source.hasRemaining()) {
        at += channel.write(source, at);
      }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      int total = 0;
      while (target.hasRemaining()) {
        int read = channel.read(target, position + total);
        if (read < 0) {
          break;
        }
        total += read;
      }
      return total;
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
