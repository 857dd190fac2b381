package org.archipel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProcessMeterTest {
  @Test
  void readsUserAndSystemTimeBehindANameWithBracketsAndSpaces() {
    String numbers =
        String.join(" ", IntStream.rangeClosed(4, 52).mapToObj(String::valueOf).toList());

    // Fields 14 and 15 count from 1; this line's numbers say their own place.
    assertThat(ProcessMeter.cpuSeconds("7 (a) b) S " + numbers + "\n")).isEqualTo(0.29);
  }

  @Test
  void readsResidentMemoryInMillionsOfBytes() {
    assertThat(ProcessMeter.residentMegabytes("Name:\tx\nVmHWM:\t 9 kB\nVmRSS:\t  1000 kB\n"))
        .isEqualTo(1.024);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void addsUpTheProcessesThatDescendFromOne(@TempDir Path folder) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", "sleep 60 & echo up; wait");
    try (Child child = Child.start(builder, folder.resolve("log"))) {
      await().until(() -> child.log().contains("up"));
      ProcessMeter meter = ProcessMeter.of(child.pid());
      String own = Files.readString(Path.of("/proc", Long.toString(child.pid()), "status"));

      assertThat(meter.residentMegabytes()).isGreaterThan(ProcessMeter.residentMegabytes(own));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void closingAChildEndsWhatDescendsFromIt(@TempDir Path folder) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", "sleep 60 & echo up; wait");
    Child child = Child.start(builder, folder.resolve("log"));
    await().until(() -> child.log().contains("up"));
    long sleeping =
        ProcessHandle.of(child.pid()).orElseThrow().descendants().findFirst().orElseThrow().pid();

    child.close();

    assertThat(child.alive()).isFalse();
    await().until(() -> ProcessHandle.of(sleeping).filter(ProcessHandle::isAlive).isEmpty());
  }
}
