package org.archipel.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** nginx as a reverse proxy with two workers, set up to pass streams on at once. */
final class NginxTarget implements Target {
  private final Path program;
  private final WorkFolder folder;
  private final InetSocketAddress address;
  private final InetSocketAddress upstream;
  private Optional<Child> child = Optional.empty();

  NginxTarget(InetSocketAddress upstream) throws IOException {
    this.program = program();
    this.upstream = upstream;
    this.folder = WorkFolder.create("nginx");
    this.address = Probe.loopback(Probe.freePort());
  }

  /**
   * Finds nginx.
   *
   * @throws TargetException if it is not installed
   */
  static Path program() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(
            Stream.of(path.split(File.pathSeparator, -1)),
            Stream.of("/usr/sbin", "/usr/local/sbin"))
        .map(folder -> Path.of(folder, "nginx"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new TargetException(
                    "nginx: not installed (expected: on the PATH or in /usr/sbin; on Debian: apt"
                        + " install nginx-light; without it: --targets direct,archipel)"));
  }

  @Override
  public TargetKind kind() {
    return TargetKind.NGINX;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    Path configuration = folder.path().resolve("nginx.conf");
    Files.writeString(configuration, configuration(), StandardCharsets.UTF_8);
    Child started =
        Child.start(
            new ProcessBuilder(
                List.of(
                    program.toString(),
                    "-p",
                    folder.path().toString(),
                    "-c",
                    configuration.toString(),
                    "-e",
                    "stderr")),
            folder.path().resolve("log"));
    child = Optional.of(started);
    Probe.answers(started, address, Optional.empty(), Duration.ofSeconds(20));
  }

  private String configuration() {
    // Workers of a root's nginx would be nobody, who may not write to our folder.
    String user = System.getProperty("user.name").equals("root") ? "user root;\n" : "";
    return user
        + """
        worker_processes 2;
        daemon off;
        pid FOLDER/pid;
        error_log stderr error;
        worker_rlimit_nofile FILES;
        events { worker_connections FILES; }
        http {
          access_log off;
          client_body_temp_path FOLDER/body;
          proxy_temp_path FOLDER/proxy;
          fastcgi_temp_path FOLDER/fastcgi;
          uwsgi_temp_path FOLDER/uwsgi;
          scgi_temp_path FOLDER/scgi;
          client_max_body_size 0;
          keepalive_requests 1000000000;
          upstream engine {
            server UPSTREAM;
            keepalive 8192;
            keepalive_requests 1000000000;
          }
          server {
            listen LISTEN backlog=4096;
            location / {
              proxy_pass http://engine;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_buffering off;
              proxy_read_timeout 300s;
            }
          }
        }
        """
            .replace("FOLDER", folder.path().toString())
            .replace("FILES", Long.toString(Machine.openFiles()))
            .replace("UPSTREAM", "127.0.0.1:" + upstream.getPort())
            .replace("LISTEN", "127.0.0.1:" + address.getPort());
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
