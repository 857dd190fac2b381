package org.archipel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real program in a process of its own, which ends with the test. */
final class RunningProgram implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Process process;
  private final Path errors;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RunningProgram(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
  }

  static RunningProgram start(Path folder, String... arguments) throws IOException {
    Path errors = Files.createTempFile(folder, "errors", ".txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseParallelGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            absolute(System.getProperty("java.class.path")),
            Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ARCHIPEL_"));
    return new RunningProgram(builder.redirectError(errors.toFile()).start(), errors);
  }

  private static String absolute(String classPath) {
    List<String> entries = new ArrayList<>();
    for (String entry : classPath.split(java.io.File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(java.io.File.pathSeparator, entries);
  }

  /** The line by which {@code --json} says that the site serves. */
  JsonNode greeting() throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null) {
      throw new AssertionError("ended without a greeting: " + errors());
    }
    return new ObjectMapper().readTree(line);
  }

  long pid() {
    return process.pid();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  int exitStatus() throws InterruptedException {
    if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still runs after " + LIMIT);
    }
    return process.exitValue();
  }

  String errors() throws IOException {
    return Files.readString(errors);
  }

  HttpResponse<String> chat(String api, String key, boolean stream)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(api + "/v1/chat/completions"))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    """
                    {"model":"simulated","stream":%s,
                     "messages":[{"role":"user","content":"Hello"}]}\
                    """
                        .formatted(stream))));
  }

  HttpResponse<String> get(String url, String token) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(url)).header("authorization", "Bearer " + token));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    http.shutdownNow();
  }
}
