package org.archipel.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Archipel as operators run it: its launcher, a configuration file, a key made by its own commands.
 * All that the bench knows of Archipel from outside is in this class.
 */
final class ArchipelTarget implements Target {
  private static final Pattern KEY = Pattern.compile("ark-[A-Za-z0-9]+-[A-Za-z0-9_-]+");
  private static final String NAME = "bench";

  /** The launcher may have to build first. */
  private static final Duration FIRST_START = Duration.ofMinutes(5);

  private final TargetKind kind;
  private final Path launcher;
  private final WorkFolder folder;
  private final InetSocketAddress upstream;
  private final InetSocketAddress api = Probe.loopback(Probe.freePort());
  private final InetSocketAddress control = Probe.loopback(Probe.freePort());
  private Optional<Child> child = Optional.empty();
  private Optional<String> key = Optional.empty();

  ArchipelTarget(TargetKind kind, Path root, InetSocketAddress upstream) throws IOException {
    this.kind = kind;
    this.launcher = launcher(root);
    this.upstream = upstream;
    this.folder = WorkFolder.create(NAME);
  }

  /**
   * Finds the launcher.
   *
   * @throws TargetException if there is none below {@code root}
   */
  static Path launcher(Path root) {
    Path launcher = root.resolve("archipel");
    if (!Files.isExecutable(launcher)) {
      throw new TargetException(
          launcher + ": not there (expected: the launcher; without it: --targets direct,nginx)");
    }
    return launcher;
  }

  @Override
  public TargetKind kind() {
    return kind;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    Path configuration = folder.path().resolve("archipel.yaml");
    Files.writeString(configuration, configuration(), StandardCharsets.UTF_8);
    Child started =
        Child.start(
            command("serve", "--config", configuration.toString()), folder.path().resolve("log"));
    child = Optional.of(started);
    if (key.isEmpty()) {
      Probe.listens(started, control, FIRST_START);
      key = Optional.of(makeKey());
      if (kind.governed()) {
        govern();
      }
    }
    Probe.answers(started, api, key, Duration.ofSeconds(60));
  }

  private String configuration() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        site:
          id: bench
          name: Bench
          organization: bench
        listen:
          api: 127.0.0.1:%d
          control: 127.0.0.1:%d
        storage:
          url: sqlite:%s
        ledger:
          durability: %s
        models:
        """
            .formatted(
                api.getPort(),
                control.getPort(),
                folder.path().resolve("data").resolve("archipel.db"),
                kind == TargetKind.ARCHIPEL_RELAXED ? "relaxed" : "strict"));
    for (String model : UpstreamAnswers.MODELS) {
      text.append(
          """
            - id: %s
              kind: chat
              context_window: 131072
              engines:
                - url: http://127.0.0.1:%d
                  type: openai
                  max_concurrency: 20000
          """
              .formatted(model, upstream.getPort()));
    }
    return text.toString();
  }

  private String makeKey() throws IOException, InterruptedException {
    run("org", "create", NAME);
    run("project", "create", NAME, NAME);
    String said = run("key", "create", NAME, NAME);
    Matcher found = KEY.matcher(said);
    if (!found.find()) {
      throw new TargetException(
          "archipel key create %s %s: no key in what it said (expected: ark-…)"
              .formatted(NAME, NAME));
    }
    return found.group();
  }

  /** Everything that an institution may have on, so wide that nothing is refused. */
  private void govern() throws IOException, InterruptedException {
    String[] limits = {
      "--requests-per-minute", "10000000", "--tokens-per-minute", "100000000000",
      "--concurrent", "100000", "--budget-tokens", "1000000000000000",
      "--budget-money", "1000000000000000"
    };
    for (List<String> whose :
        List.of(
            List.of("--org", NAME),
            List.of("--org", NAME, "--project", NAME),
            List.of("--key", key.orElseThrow().split("-", 3)[1]))) {
      List<String> command = new ArrayList<>(List.of("quota", "set"));
      command.addAll(whose);
      command.addAll(List.of(limits));
      must(command);
    }
    must(List.of("tariff", "add", "--prompt", "0.5", "--cached", "0.1", "--completion", "1.5"));
    must(List.of("entitlement", "grant", NAME, "--model", "*", "--concurrent", "100000"));
  }

  private void must(List<String> command) throws IOException, InterruptedException {
    String said = run(command.toArray(String[]::new));
    if (said.contains("archipel:") || said.contains("Usage:")) {
      throw new TargetException(
          "archipel " + String.join(" ", command) + ": " + said + " (expected: done)");
    }
  }

  /** One management command; a refusal because something exists already is left to the next one. */
  private String run(String... arguments) throws IOException, InterruptedException {
    Path said = Files.createTempFile(folder.path(), "said", "");
    try (Child command = Child.start(command(arguments), said)) {
      if (!command.ended(60, TimeUnit.SECONDS)) {
        throw new TargetException(
            "archipel " + arguments[0] + " " + arguments[1] + ": not done (expected: within 60 s)");
      }
      return command.log();
    } finally {
      Files.delete(said);
    }
  }

  private ProcessBuilder command(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.path().toFile());
    builder.environment().put("ARCHIPEL_CONTROL", "127.0.0.1:" + control.getPort());
    Path token = folder.path().resolve("data").resolve("admin.token");
    if (Files.exists(token)) {
      builder
          .environment()
          .put("ARCHIPEL_TOKEN", Files.readString(token, StandardCharsets.UTF_8).strip());
    }
    return builder;
  }

  @Override
  public InetSocketAddress address() {
    return api;
  }

  @Override
  public Optional<String> key() {
    return key;
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
