package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands on one organization. */
final class OrganizationChanges {
  private OrganizationChanges() {}

  private static String path(String name) {
    return OrganizationCommands.PATH + "/" + ControlClient.encode(name);
  }

  @Command(name = "show", description = "Shows an organization.", mixinStandardHelpOptions = true)
  static final class Show implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "NAME", description = "The organization.")
    private String name = "";

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.describe(access, client -> client.get(path(name)));
    }
  }

  @Command(
      name = "change",
      description = "Changes what is known of an organization; what is not given stays.",
      mixinStandardHelpOptions = true)
  static final class Change implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "NAME", description = "The organization.")
    private String name = "";

    @Mixin private final OrganizationOptions options = new OrganizationOptions();

    Change(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> profile = options.profile();
      Map<String, Object> agreement = options.agreement();
      if (profile.isEmpty() && agreement.isEmpty()) {
        throw Failure.usage("nothing to change (expected: an option; --help lists them)");
      }
      shell.tell(
          access,
          client -> changed(client, profile, agreement),
          made -> "organization " + name + " changed");
    }

    private JsonNode changed(
        ControlClient client, Map<String, Object> profile, Map<String, Object> agreement) {
      // Two changes for the API, which two roles may make. What is refused more often goes first.
      if (profile.isEmpty()) {
        return client.patch(path(name) + "/agreement", agreement);
      }
      JsonNode changed = client.patch(path(name), profile);
      return agreement.isEmpty() ? changed : client.patch(path(name) + "/agreement", agreement);
    }
  }

  @Command(
      name = "suspend",
      description = "Stops all keys of an organization, at once, until resume.",
      mixinStandardHelpOptions = true)
  static final class Suspend implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "NAME", description = "The organization.")
    private String name = "";

    @Option(names = "--why", paramLabel = "TEXT", required = true, description = "For its people.")
    private String why = "";

    Suspend(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.post(path(name) + "/suspend", Map.of("why", why)),
          made -> "organization " + name + " suspended");
    }
  }

  @Command(
      name = "resume",
      description = "Lifts the suspension of an organization, at once.",
      mixinStandardHelpOptions = true)
  static final class Resume implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "NAME", description = "The organization.")
    private String name = "";

    Resume(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.post(path(name) + "/resume", Map.of()),
          made -> "organization " + name + " resumed");
    }
  }
}
