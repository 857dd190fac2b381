package org.archipel.federation.trust;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.archipel.federation.trust.SiteKeys.HeldKey;
import org.archipel.federation.trust.SiteKeys.Phase;

/**
 * The file of a site's federation keys, mode 600. Written whole beside the present one, forced to
 * the disk, and put in its place at once: whoever is killed leaves the former or the new, never
 * half of one. Used by one process.
 */
public final class KeyFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final String PHASE = "archipel_phase";
  private static final String SINCE = "archipel_since";

  private final Path path;
  private final Path fresh;

  /** The file at a path whose folder exists. */
  public KeyFile(Path path) {
    this.path = path;
    this.fresh = path.resolveSibling(path.getFileName() + ".new");
  }

  /** The keys, or nothing when there is no file yet. */
  Optional<List<HeldKey>> read() {
    try {
      String text = Files.readString(path);
      List<HeldKey> keys = new ArrayList<>();
      for (Map<String, Object> json :
          JSONObjectUtils.getJSONObjectArray(JSONObjectUtils.parse(text), "keys")) {
        keys.add(
            new HeldKey(
                ECKey.parse(json),
                Phase.valueOf(JSONObjectUtils.getString(json, PHASE)),
                Instant.ofEpochSecond(JSONObjectUtils.getLong(json, SINCE))));
      }
      return Optional.of(keys);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": cannot be read", e);
    } catch (ParseException | IllegalArgumentException e) {
      // Without its text: there are secrets in it.
      throw new IllegalStateException(
          path + ": is damaged (expected: the keys of this site; restore them from a back-up)");
    }
  }

  void write(List<HeldKey> keys) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (HeldKey key : keys) {
      Map<String, Object> json = new LinkedHashMap<>(key.key().toJSONObject());
      json.put(PHASE, key.phase().name());
      json.put(SINCE, key.since().getEpochSecond());
      all.add(json);
    }
    byte[] bytes =
        JSONObjectUtils.toJSONString(Map.of("keys", all)).getBytes(StandardCharsets.UTF_8);
    try {
      Files.deleteIfExists(fresh);
      Files.createFile(fresh, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel folder = FileChannel.open(path.toAbsolutePath().getParent())) {
        folder.force(true);
      }
    } catch (FileAlreadyExistsException e) {
      throw new IllegalStateException(fresh + ": another process writes it", e);
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": cannot be written", e);
    }
  }
}
