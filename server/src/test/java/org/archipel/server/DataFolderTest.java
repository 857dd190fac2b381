package org.archipel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFolderTest {
  @TempDir private Path folder = Path.of(".");

  @Test
  void theTokenIsMadeOnceAndReadableByTheOwnerOnly() throws IOException {
    Path data = folder.resolve("a/b");
    String token;
    try (DataFolder first = DataFolder.open(data)) {
      token = first.adminToken(new SecureRandom());
    }
    try (DataFolder second = DataFolder.open(data)) {
      assertThat(second.adminToken(new SecureRandom())).isEqualTo(token).hasSizeGreaterThan(60);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve("admin.token"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aSecondSiteOnTheSameFolderIsRefusedWithTheProcessThatHasIt() {
    try (DataFolder first = DataFolder.open(folder)) {
      assertThat(first.path()).isEqualTo(folder);
      assertThatThrownBy(() -> DataFolder.open(folder))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
    DataFolder.open(folder).close();
  }

  @Test
  void aFolderThatIsAFileIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> DataFolder.open(file))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("cannot be written");
  }

  @Test
  void anEmptyTokenFileIsReplacedByAToken() throws IOException {
    Files.writeString(folder.resolve("admin.token"), "\n");
    try (DataFolder data = DataFolder.open(folder)) {
      assertThat(data.adminToken(new SecureRandom())).startsWith("ark-admin-");
    }
  }
}
