package org.archipel.server.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.archipel.server.DataFolder;
import org.archipel.server.config.StorageConfig;

/** Looks at the folders of a site's data, without making or changing any. */
final class StorageCheck {
  /** Below this, a busy site fills its disk within a day. */
  private static final long LITTLE_SPACE = 1L << 30;

  private final StorageConfig storage;

  StorageCheck(StorageConfig storage) {
    this.storage = storage;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(folder("storage", storage.data()));
    findings.add(folder("journal", storage.journal()));
    Path token = storage.data().resolve("admin.token");
    if (Files.exists(token) && readableByOthers(token)) {
      findings.add(Finding.bad("token", token + " can be read by others", "chmod 600 " + token));
    }
    return findings;
  }

  private static Finding folder(String check, Path path) {
    Path existing = path.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
      return Finding.bad(
          check, path + " cannot be written", "give this user the folder, or choose another");
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      String space = "%s, %.1f GiB free".formatted(path, free / (double) (1L << 30));
      if (free < LITTLE_SPACE) {
        return Finding.bad(check, space, "make room: without it no usage record can be kept");
      }
      return Files.exists(path)
          ? Finding.good(check, space)
          : Finding.note(check, space + "; not there yet", "the first start makes it");
    } catch (IOException e) {
      return Finding.bad(check, path + " cannot be read", "look at the disk");
    }
  }

  private static boolean readableByOthers(Path file) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      return permissions.contains(PosixFilePermission.GROUP_READ)
          || permissions.contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Whether a site runs on this data now. */
  boolean inUse() {
    Path lockFile = storage.data().resolve(DataFolder.LOCK);
    if (!Files.isWritable(lockFile)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
      FileLock lock = DataFolder.tryLock(channel).orElse(null);
      if (lock == null) {
        return true;
      }
      lock.release();
    } catch (IOException e) {
      return false;
    }
    return false;
  }
}
