package org.archipel.server.cli;

import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code completion}: what makes bash and zsh complete commands. */
@Command(
    name = "completion",
    description = "Prints a completion script for bash and zsh: source <(archipel completion)",
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Runnable {
  private final Shell shell;
  private final Supplier<CommandLine> commands;

  CompletionCommand(Shell shell, Supplier<CommandLine> commands) {
    this.shell = shell;
    this.commands = commands;
  }

  @Override
  public void run() {
    shell.output().line(AutoComplete.bash("archipel", commands.get()));
  }
}
