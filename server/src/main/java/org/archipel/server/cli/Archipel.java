package org.archipel.server.cli;

import java.io.Console;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.archipel.server.StartException;
import org.archipel.server.Version;
import org.archipel.server.config.ConfigException;
import org.archipel.storage.StorageException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program's commands. */
@Command(
    name = "archipel",
    description = "Federated inference: one API in front of the engines that institutions share.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "archipel demo shows it working; archipel COMMAND --help explains a command."})
public final class Archipel {
  private Archipel() {}

  /**
   * Runs a command of the process.
   *
   * @return its exit status: 0 done, 1 refused or failed, 2 used wrongly
   */
  public static int run(String... arguments) {
    Output output = new Output(writer(System.out), writer(System.err), onTerminal());
    return run(new Shell(output, System.getenv(), Clock.systemUTC()), arguments);
  }

  private static boolean onTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  private static PrintWriter writer(java.io.PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  /** Runs a command with everything around it given. */
  static int run(Shell shell, String... arguments) {
    CommandLine line = line(shell, arguments);
    line.setOut(shell.output().out());
    line.setErr(shell.output().err());
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setUnmatchedOptionsArePositionalParams(false);
    line.setParameterExceptionHandler((failure, _) -> misuse(shell, failure));
    line.setExecutionExceptionHandler((failure, _, _) -> failed(shell, failure));
    if (arguments.length == 0) {
      line.usage(shell.output().err());
      return Failure.USAGE;
    }
    return line.execute(arguments);
  }

  /** Only the command that is asked for is built: that is a third of the time of a short one. */
  private static CommandLine line(Shell shell, String... arguments) {
    CommandLine root = new CommandLine(new Archipel());
    root.getCommandSpec().versionProvider(() -> new String[] {"archipel " + Version.text()});
    Map<String, Function<Shell, CommandLine>> commands = commands();
    Function<Shell, CommandLine> wanted = arguments.length == 0 ? null : commands.get(arguments[0]);
    if (wanted == null) {
      commands.forEach((name, command) -> root.addSubcommand(name, command.apply(shell)));
    } else {
      root.addSubcommand(arguments[0], wanted.apply(shell));
    }
    return root;
  }

  private static Map<String, Function<Shell, CommandLine>> commands() {
    Map<String, Function<Shell, CommandLine>> commands = new LinkedHashMap<>();
    commands.put("demo", shell -> new CommandLine(new DemoCommand(shell)));
    commands.put("serve", shell -> new CommandLine(new ServeCommand(shell)));
    commands.put("doctor", shell -> new CommandLine(new DoctorCommand(shell)));
    commands.put("org", OrganizationCommands::all);
    commands.put("project", ProjectCommands::all);
    commands.put("key", KeyCommands::all);
    commands.put("entitlement", EntitlementCommands::all);
    commands.put("request", RequestCommands::all);
    commands.put("audit", AuditCommands::all);
    commands.put("person", PersonCommands::all);
    commands.put("role", RoleCommands::all);
    commands.put("console-link", shell -> new CommandLine(new ConsoleLinkCommand(shell)));
    commands.put("engine", EngineCommands::all);
    commands.put("model", ModelCommands::all);
    commands.put("census", CensusCommands::all);
    commands.put("tariff", TariffCommands::all);
    commands.put("usage", UsageCommand::all);
    commands.put("statement", StatementCommands::all);
    commands.put("quota", QuotaCommands::all);
    commands.put("events", shell -> new CommandLine(new QuotaCommands.EventsCommand(shell)));
    commands.put("queue", shell -> new CommandLine(new QueueCommand(shell)));
    commands.put("federation", FederationCommands::all);
    commands.put("peers", PeerCommands::list);
    commands.put("peer", PeerCommands::one);
    commands.put("consortium", ConsortiumCommands::all);
    commands.put("simulate", shell -> new CommandLine(new SimulateCommand(shell)));
    commands.put("backup", shell -> new CommandLine(new BackupCommand(shell)));
    commands.put("restore", shell -> new CommandLine(new RestoreCommand(shell)));
    commands.put("migrate-storage", shell -> new CommandLine(new MigrateStorageCommand(shell)));
    commands.put("version", shell -> new CommandLine(new VersionCommand(shell)));
    commands.put(
        "completion", shell -> new CommandLine(new CompletionCommand(shell, () -> whole(shell))));
    commands.put("rehearse", shell -> new CommandLine(new RehearseCommand(shell)));
    return commands;
  }

  /** Every command, for the shells' completion. */
  private static CommandLine whole(Shell shell) {
    return line(shell);
  }

  private static int misuse(Shell shell, ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = shell.output().err();
    err.println("archipel: " + reason(failure));
    err.println("try: " + command.getCommandSpec().qualifiedName() + " --help");
    return Failure.USAGE;
  }

  private static String reason(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      String word = Table.printable(unmatched.getUnmatched().getFirst());
      String likely = String.join(" or ", unmatched.getSuggestions());
      return "unknown: \"%s\"%s"
          .formatted(word, likely.isEmpty() ? "" : " (did you mean " + likely + "?)");
    }
    return Table.printable(String.valueOf(failure.getMessage()));
  }

  private static int failed(Shell shell, Exception failure) {
    PrintWriter err = shell.output().err();
    switch (failure) {
      case Failure known -> {
        err.println("archipel: " + known.getMessage());
        return known.status();
      }
      case ConfigException wrong -> err.println(wrong.getMessage());
      case StartException refused -> err.println("archipel: " + refused.getMessage());
      case StorageException refused -> err.println("archipel: " + refused.getMessage());
      default -> {
        LoggerFactory.getLogger(Archipel.class).debug("the command failed", failure);
        err.println(
            "archipel: failed unexpectedly: %s (ARCHIPEL_LOG_LEVEL=debug shows where)"
                .formatted(Optional.ofNullable(failure.getMessage()).orElse(failure.toString())));
      }
    }
    return Failure.FAILED;
  }
}
