package org.archipel.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import org.archipel.federation.trust.SiteKeys.Phase;
import org.archipel.federation.trust.SiteKeys.SiteKeyState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of a site: drawn once, kept, rotated with overlap. */
final class SiteKeysTest {
  private static final Duration KEEP = Duration.ofHours(24);

  @TempDir private Path folder = Path.of(".");
  private final TurnedClock clock = new TurnedClock();

  private Path file() {
    return folder.resolve("federation.keys");
  }

  private SiteKeys open() {
    return SiteKeys.open(new KeyFile(file()), "https://a.example", clock, KEEP, new SecureRandom());
  }

  private static String kidOfSignature(SiteKeys keys) throws Exception {
    String text = keys.sign("x+jwt", new JWTClaimsSet.Builder().subject("s").build());
    SignedJWT parsed = Signatures.parse(text, "x+jwt");
    Signatures.verify(parsed, keys.published());
    return parsed.getHeader().getKeyID();
  }

  @Test
  void theFirstKeyIsDrawnOnceAndForTheOwnerOnly() throws Exception {
    String kid = kidOfSignature(open());
    assertThat(kidOfSignature(open())).isEqualTo(kid);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void aRotationGoesThroughItsPhasesOverAnyNumberOfStarts() throws Exception {
    SiteKeys keys = open();
    String former = kidOfSignature(keys);
    String next = keys.announce();
    assertThat(keys.announce()).as("a second wish").isEqualTo(next);
    assertThat(open().activate()).as("at once").isFalse();
    assertThat(open().published().getKeys()).hasSize(2);
    assertThat(kidOfSignature(open())).isEqualTo(former);

    clock.turn(SiteKeys.ANNOUNCED_FOR);
    assertThat(open().activate()).isTrue();
    assertThat(kidOfSignature(open())).isEqualTo(next);
    assertThat(open().published().getKeyByKeyId(former)).isNotNull();

    clock.turn(KEEP);
    assertThat(open().forget()).as("what it signed holds for the skew too").isFalse();
    clock.turn(Times.SKEW);
    assertThat(open().forget()).isTrue();
    assertThat(open().published().getKeyByKeyId(former)).isNull();
    assertThat(open().states())
        .extracting(SiteKeyState::phase)
        .containsExactly(Phase.ACTIVE, Phase.PAST);
    assertThat(open().historical()).hasSize(1);
    assertThat(Files.readString(file())).containsOnlyOnce("\"d\":");
  }

  @Test
  void whoIsKilledWhileWritingLeavesTheFormerKeys() throws Exception {
    String kid = kidOfSignature(open());
    // What a process that was killed before the new file took its place leaves behind.
    Files.writeString(folder.resolve("federation.keys.new"), "{\"keys\":[{\"kty\":");
    SiteKeys keys = open();
    assertThat(kidOfSignature(keys)).isEqualTo(kid);
    keys.announce();
    assertThat(open().published().getKeys()).hasSize(2);
  }

  @Test
  void aDamagedFileStopsTheStartAndIsNotReplaced() throws Exception {
    Files.writeString(file(), "{\"keys\":[]}");
    assertThatThrownBy(this::open).isInstanceOf(IllegalStateException.class);
    Files.writeString(file(), "nonsense with a secret");
    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("damaged")
        .hasMessageNotContaining("secret");
    assertThat(Files.readString(file())).contains("nonsense");
  }
}
