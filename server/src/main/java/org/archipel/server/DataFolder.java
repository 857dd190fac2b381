package org.archipel.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The folder of a site's token and of the lock by which two processes never share one site. The
 * lock ends with the process, however that ends.
 */
public final class DataFolder implements AutoCloseable {
  private static final String TOKEN = "admin.token";

  /** The file whose lock says that a site runs. */
  public static final String LOCK = "archipel.lock";

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;

  private DataFolder(Path path, FileChannel channel, FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Makes the folder when it is missing, and takes its lock.
   *
   * @throws StartException when another process has it, or the folder cannot be written
   */
  public static DataFolder open(Path path) {
    try {
      createFolders(path);
      FileChannel channel =
          FileChannel.open(
              path.resolve(LOCK),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              ownerOnly(path));
      Optional<FileLock> lock = tryLock(channel);
      if (lock.isEmpty()) {
        String holder = holder(channel);
        channel.close();
        throw new StartException(
            "%s: in use by %s (expected: one site per data folder; stop the other, or give --data)"
                .formatted(path, holder));
      }
      channel.truncate(0);
      String pid = Long.toString(ProcessHandle.current().pid());
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      return new DataFolder(path, channel, lock.get());
    } catch (IOException e) {
      throw new StartException(
          path + ": cannot be written (expected: a folder that this user may write)", e);
    }
  }

  /** Takes the lock unless another has it. */
  public static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      // One byte far behind the process number, so that others can read that where locks bind.
      return Optional.ofNullable(channel.tryLock(1L << 30, 1, false));
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(20);
    channel.read(bytes, 0);
    String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    return pid.matches("[0-9]+") ? "process " + pid : "another process";
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** The administrator's token: made by the first start, read by every other. */
  public String adminToken(SecureRandom random) {
    return secret(
        TOKEN,
        () -> {
          byte[] bytes = new byte[32];
          random.nextBytes(bytes);
          return "ark-admin-" + HexFormat.of().formatHex(bytes);
        });
  }

  /**
   * A secret that lies in a file of the folder, readable by the owner only; written whole or not at
   * all when it is not there yet.
   *
   * @throws StartException when the file can be neither read nor written
   */
  public String secret(String file, Supplier<String> make) {
    Path target = path.resolve(file);
    try {
      Optional<String> known = read(target);
      if (known.isPresent()) {
        return known.get();
      }
      String made = make.get();
      replace(target, made);
      return made;
    } catch (IOException e) {
      throw new StartException(
          target + ": cannot be read or written (expected: a file of this user, mode 600)", e);
    }
  }

  /** A secret of the folder, if its file is there and not empty. */
  public Optional<String> find(String file) {
    try {
      return read(path.resolve(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Replaces a secret of the folder. */
  public void put(String file, String secret) {
    try {
      replace(path.resolve(file), secret);
    } catch (IOException e) {
      throw new StartException(path.resolve(file) + ": cannot be written", e);
    }
  }

  private static Optional<String> read(Path file) throws IOException {
    return Files.exists(file)
        ? Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  private void replace(Path target, String secret) throws IOException {
    Path draft = path.resolve(target.getFileName() + ".new");
    Files.deleteIfExists(draft);
    try (FileChannel out =
        FileChannel.open(
            draft,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ownerOnly(path))) {
      out.write(ByteBuffer.wrap((secret + "\n").getBytes(StandardCharsets.UTF_8)));
      out.force(true);
    }
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void createFolders(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return;
    }
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IOException(path + " is no folder");
    }
    Files.createDirectories(parent);
    try {
      Files.createDirectory(path, folderAttributes(parent));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path)) {
        throw e;
      }
    }
  }

  private static FileAttribute<?>[] folderAttributes(Path near) throws IOException {
    return posix(near)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }

  private static FileAttribute<?>[] ownerOnly(Path near) throws IOException {
    return posix(near)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  private static boolean posix(Path near) throws IOException {
    FileStore store = Files.getFileStore(near);
    return store.supportsFileAttributeView(PosixFileAttributeView.class);
  }

  @Override
  public void close() {
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw new StartException(path + ": the lock cannot be given back", e);
    }
  }
}
