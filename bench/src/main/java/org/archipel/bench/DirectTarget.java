package org.archipel.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The neutral upstream in a process of its own; what the other targets stand in front of. */
final class DirectTarget implements Target {
  private final WorkFolder folder;
  private final InetSocketAddress address;
  private Optional<Child> child = Optional.empty();

  DirectTarget() throws IOException {
    this.folder = WorkFolder.create("upstream");
    this.address = Probe.loopback(Probe.freePort());
  }

  @Override
  public TargetKind kind() {
    return TargetKind.DIRECT;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    Child started =
        Child.start(
            new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:+UseSerialGC",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Bench.class.getName(),
                    "upstream",
                    "--until-input-ends",
                    "--port",
                    Integer.toString(address.getPort()))),
            folder.path().resolve("log"));
    child = Optional.of(started);
    Probe.answers(started, address, Optional.empty(), Duration.ofSeconds(20));
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public Optional<String> key() {
    return Optional.empty();
  }

  @Override
  public long pid() {
    return child.orElseThrow().pid();
  }

  @Override
  public void stop() {
    child.ifPresent(Child::close);
    child = Optional.empty();
  }

  @Override
  public void close() {
    stop();
    folder.close();
  }
}
