package org.archipel.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditCheck;
import org.archipel.storage.AuditFilter;
import org.archipel.storage.AuditRecord;
import org.archipel.storage.PageRequest;
import org.archipel.storage.StorageException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every change and its audit line come together or not at all. */
@Timeout(60)
class AuditedChangesTest {
  private static final Actor ADA = Actor.person("ada");

  @TempDir Path folder;
  private DirectoryHarness harness;

  @BeforeEach
  void open() {
    harness = new DirectoryHarness(folder);
  }

  @AfterEach
  void close() {
    harness.close();
  }

  private List<String> lines() {
    return harness.audit().entries(AuditFilter.ALL, PageRequest.FIRST).items().reversed().stream()
        .map(AuditRecord::entry)
        .map(entry -> entry.actor() + " " + entry.action() + " " + entry.subject())
        .toList();
  }

  @Test
  void everyChangeSaysWhoMadeIt() {
    Directory directory = harness.directory();
    directory.createOrganization(ADA, "lab");
    directory.createProject(ADA, "lab", "web");
    NewKey key = directory.createKey(ADA, "lab", "web", Optional.empty(), Optional.empty());
    String id = key.key().id();
    directory.revokeKey(Actor.token(), id);
    assertThat(lines())
        .containsExactly(
            "person:ada organization.create lab",
            "person:ada project.create lab/web",
            "person:ada key.create " + id,
            "token:administrator key.revoke " + id);
    assertThat(harness.audit().verify()).isInstanceOf(AuditCheck.Whole.class);
    assertThat(harness.audit().entries(AuditFilter.ALL, PageRequest.FIRST).toString())
        .doesNotContain(key.secret().substring(17));
  }

  @Test
  void whatChangesNothingLeavesNoLine() {
    NewKey key = harness.firstKey();
    harness.directory().revokeKey(ADA, key.key().id());
    List<String> before = lines();
    harness.directory().revokeKey(ADA, key.key().id());
    assertRefused(Kind.EXISTS, () -> harness.directory().createOrganization(ADA, "lab"));
    assertRefused(Kind.EXISTS, () -> harness.directory().createProject(ADA, "lab", "web"));
    assertRefused(Kind.NOT_FOUND, () -> harness.directory().revokeKey(ADA, "000000000000"));
    assertThat(lines()).isEqualTo(before);
  }

  @Test
  void aChangeThatCannotBeLoggedIsNotMade() {
    NewKey key = harness.firstKey();
    int lines = lines().size();
    harness.database().write(handle -> handle.execute("ALTER TABLE audit_entry RENAME TO away"));
    Directory directory = harness.directory();
    for (Runnable change :
        List.<Runnable>of(
            () -> directory.createOrganization(ADA, "insa"),
            () -> directory.createProject(ADA, "lab", "api"),
            () -> harness.key(Optional.empty()),
            () -> directory.revokeKey(ADA, key.key().id()))) {
      assertThatThrownBy(change::run).isInstanceOf(StorageException.class);
    }
    harness.database().write(handle -> handle.execute("ALTER TABLE away RENAME TO audit_entry"));
    assertThat(lines()).hasSize(lines);
    assertThat(directory.organizations()).hasSize(1);
    assertThat(directory.projects(Optional.empty())).hasSize(1);
    assertThat(directory.keys(Optional.empty(), Optional.empty())).containsExactly(key.key());
  }

  private static void assertRefused(Kind kind, Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            DirectoryException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
