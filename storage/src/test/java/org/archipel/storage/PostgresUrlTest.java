package org.archipel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import java.util.Optional;
import org.archipel.storage.StorageException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresUrlTest {
  @Test
  void aUrlIsUnderstoodWithItsEscapes() {
    assertThat(
            PostgresUrl.parse(
                "postgresql://arc%20hipel:p%40ss%2Fw+rd@db.example:6432/usage?sslmode=verify-full"
                    + "&sslrootcert=/etc/ssl/db%20ca.pem"))
        .isEqualTo(
            new PostgresUrl(
                "db.example",
                6432,
                "usage",
                "arc hipel",
                Optional.of("p@ss/w+rd"),
                Map.of("sslmode", "verify-full", "sslrootcert", "/etc/ssl/db ca.pem")));
  }

  @Test
  void whatIsNotSaidIsUsual() {
    assertThat(PostgresUrl.parse("postgres://me@[::1]/archipel"))
        .isEqualTo(new PostgresUrl("[::1]", 5432, "archipel", "me", Optional.empty(), Map.of()));
  }

  @Test
  void connectionsGiveUpAndKeepValuesOutOfMessages() {
    PGSimpleDataSource source =
        PostgresUrl.parse("postgresql://me:hunter2@host/db?sslmode=require").connections();
    assertThat(source.getSslMode()).isEqualTo("require");
    assertThat(source.getPassword()).isEqualTo("hunter2");
    assertThat(source.getConnectTimeout()).isPositive();
    assertThat(source.getSocketTimeout()).isPositive();
    assertThat(source.getLogServerErrorDetail()).isFalse();
  }

  @Test
  void theUrlIsShownWithoutWhoWeAre() {
    PostgresUrl url = PostgresUrl.parse("postgresql://me:hunter2@host/db?sslmode=require");
    assertThat(url.shown()).isEqualTo("postgresql://host:5432/db").isEqualTo(url.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://host/db?password=hunter2",
        "postgresql://:hunter2@host/db",
        "postgresql://me:hunter2@host",
        "postgresql://me:hunter2@host/",
        "postgresql://me:hunter2@host/a/b",
        "postgresql://me:hunter2@host:0/db",
        "postgresql://me:hunter2@host:99999/db",
        "postgresql://me:hun%ter2@host/db",
        "postgresql://me:hun/ter2@host/db",
        "postgresql://me:hun ter2@host/db",
        "postgresql://me:hunter2@one:1,two:2/db",
        "postgresql://me:hunter2@host/db?socketFactory=evil.Class",
        "postgresql://me:hunter2@host/db?sslmode=sometimes",
        "postgresql://me:hunter2@host/db?sslmode"
      })
  void otherUrlsAreRefusedWithoutRepeatingThem(String url) {
    StorageException e = catchThrowableOfType(StorageException.class, () -> PostgresUrl.parse(url));
    assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(e).hasMessageStartingWith("storage.url: postgresql:… (expected: postgresql://user");
    assertThat(e.getMessage()).doesNotContain("hun").doesNotContain("ter2");
    assertThat(e.getCause()).isNull();
  }
}
