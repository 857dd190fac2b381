package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports over HTTP. */
final class ExportRoutesTest {
  private static final int RECORDS = 2_500;

  @TempDir Path folder;
  private RunningControl control;

  @BeforeEach
  void start() {
    control = new RunningControl(folder, new FixedCatalog());
    for (int i = 0; i < RECORDS; i++) {
      control.ledger.journal().append(record(i));
    }
    Awaitility.await()
        .until(
            () -> {
              control.ledger.catchUp(Duration.ofSeconds(5));
              return control.get("/api/v1/usage").at("/items/0/requests").asInt() == RECORDS;
            });
  }

  @AfterEach
  void stop() {
    control.close();
  }

  private static UsageRecord record(int number) {
    return new UsageRecord(
        new UUID(9, number),
        Instant.parse("2026-11-01T00:00:00Z").plusSeconds(number * 60L),
        "r-" + number,
        "rennes",
        new UsageRecord.Charged(number % 5 == 0 ? "ubo" : "insa", "chat", "key-" + number % 2),
        "m",
        Optional.of(new UsageRecord.Place("gpu1", "univ-rennes")),
        "/v1/chat/completions",
        false,
        UsageOutcome.COMPLETED,
        200,
        Optional.empty(),
        new UsageRecord.Tokens(1000, 200, 50, false),
        new UsageRecord.Timing(1500, 2000, 900_000),
        1,
        1,
        1,
        "interactive",
        number % 10 == 0 ? Optional.of("p-1") : Optional.empty(),
        0,
        800_000,
        Optional.of(new UsageRecord.Price("t", 1_000, "EUR")));
  }

  private HttpResponse<String> get(String path, String accept) throws Exception {
    return control.send(
        "GET", path, "", "authorization", "Bearer " + RunningControl.TOKEN, "accept", accept);
  }

  @Test
  void recordsAreStreamedWholeInEachForm() throws Exception {
    HttpResponse<String> csv = get("/api/v1/exports/records", "text/csv");
    assertThat(csv.headers().firstValue("content-type")).contains("text/csv; charset=utf-8");
    assertThat(csv.headers().firstValue("content-disposition").orElse("")).contains("usage.csv");
    assertThat(csv.body().lines()).hasSize(RECORDS + 1).doesNotHaveDuplicates();
    HttpResponse<String> json =
        get("/api/v1/exports/records?organization=ubo&until=2026-11-02", "application/jsonl");
    assertThat(json.body().lines())
        .hasSize(1440 / 5)
        .allMatch(line -> line.contains("\"organization\":\"ubo\""));
    assertThat(get("/api/v1/exports/records?project=chat", "text/csv").statusCode()).isEqualTo(400);
    assertThat(get("/api/v1/exports/records?since=2026-11-02&until=2026-11-01", "").statusCode())
        .isEqualTo(400);
  }

  @Test
  void chargesAreBilledToWhoAsksOnly() throws Exception {
    String all = get("/api/v1/exports/focus", "text/csv").body();
    assertThat(all.lines()).hasSize(1 + 2 * 2 * 2);
    String ubo = get("/api/v1/exports/focus?organization=ubo", "text/csv").body();
    assertThat(ubo.lines().skip(1)).hasSize(2).allMatch(line -> line.contains(",ubo,ubo,EUR,"));
    String owner = get("/api/v1/exports/focus?organization=univ-rennes", "text/csv").body();
    assertThat(owner.lines().skip(1)).hasSize(4).allMatch(line -> line.contains(",Credit,"));
  }

  @Test
  void aPersonsRecordsAreFoundByPseudonymOrKey() throws Exception {
    String of = "/api/v1/exports/person";
    assertThat(get(of + "?person=p-1", "").body().lines())
        .hasSize(RECORDS / 10)
        .allMatch(line -> line.contains("\"person\":\"p-1\""));
    assertThat(get(of + "?key=key-1", "").body().lines()).hasSize(RECORDS / 2);
    assertThat(get(of + "?person=p-2", "").body()).isEmpty();
    assertThat(get(of, "").statusCode()).isEqualTo(400);
    String erase = "/api/v1/usage/erase";
    HttpResponse<String> erased = control.call("POST", erase, "{\"person\":\"p-1\"}");
    assertThat(control.parse(erased).path("requests").asInt()).isEqualTo(RECORDS / 10);
    assertThat(get(of + "?person=p-1", "").body()).isEmpty();
    assertThat(control.get("/api/v1/usage").at("/items/0/requests").asInt()).isEqualTo(RECORDS);
    assertThat(control.call("POST", erase, "{}").statusCode()).isEqualTo(400);
    assertThat(control.get("/api/v1/audit").toString())
        .contains("usage.erase")
        .doesNotContain("p-1");
    assertThat(get(of + "?key=a&person=b", "").statusCode()).isEqualTo(400);
  }
}
