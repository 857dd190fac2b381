package org.archipel.server.cli;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.archipel.server.DataFolder;
import org.archipel.server.FirstKey;
import org.archipel.server.Site;
import org.archipel.server.config.Config;
import org.archipel.server.config.EnginesConfig;
import org.archipel.server.config.HostPort;
import org.archipel.server.config.ListenConfig;
import org.archipel.server.demo.DemoConsortium;
import org.archipel.server.demo.DemoFleet;
import org.archipel.server.demo.DemoKey;
import org.archipel.server.demo.FreePort;
import org.archipel.server.demo.LocalEngines;
import org.archipel.simulator.DemoEngines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demo}: a consortium of whole sites on this machine, at once. */
@Command(
    name = "demo",
    description = {
      "Runs three sites of a consortium on simulated engines, with simulated users, and tells who"
          + " is served where and why.",
      "Simulated engines answer with text of their own making, at the speed of real hardware.",
      "--api and --control are the first site's; the others listen near by."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final Path USUAL_DATA = Path.of("data", "demo");
  private static final ListenConfig USUAL =
      ListenConfig.DEFAULTS.with(
          new HostPort("127.0.0.1", ListenConfig.DEFAULT_API.port()), ListenConfig.DEFAULT_CONTROL);

  private final Shell shell;

  @Mixin private final ServeOptions options = new ServeOptions();

  @Option(
      names = "--single",
      description = "One site only, also on real engines that already run here.")
  private boolean single;

  @Option(names = "--no-users", description = "Without simulated users: you are the only one.")
  private boolean noUsers;

  DemoCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (single) {
      one();
    } else {
      several();
    }
    return 0;
  }

  private void several() throws InterruptedException {
    Path data = options.dataOr(USUAL_DATA);
    try (DemoConsortium consortium =
        DemoConsortium.start(data, options.listen(USUAL), shell.clock())) {
      Foreground.run(shell, new Sites(consortium));
    }
  }

  private final class Sites implements Foreground.Running {
    private final DemoConsortium consortium;

    Sites(DemoConsortium consortium) {
      this.consortium = consortium;
    }

    @Override
    public List<String> greeting() {
      DemoGreeting greeting = new DemoGreeting(consortium);
      return options.json() ? List.of(greeting.json()) : greeting.lines(!noUsers);
    }

    @Override
    public void greeted() {
      if (!noUsers) {
        consortium.live(options.json() ? _ -> {} : shell.output()::line);
      }
    }

    @Override
    public Duration grace() {
      return consortium.sites().getFirst().site().config().limits().shutdown().grace();
    }

    @Override
    public void end() {
      consortium.close();
    }
  }

  private void one() throws InterruptedException {
    List<String> notes = new ArrayList<>();
    try (DataFolder data = DataFolder.open(options.dataOr(USUAL_DATA))) {
      // Before our own listeners are there, so that none of them is taken for an engine.
      List<URI> real = LocalEngines.find(LocalEngines.USUAL);
      ListenConfig listen = freeAddresses(notes);
      try (DemoFleet fleet = DemoFleet.start(DemoEngines.fleet())) {
        Config config =
            Config.of(listen, data.path(), List.of())
                .withEngines(new EnginesConfig(fleet.models(FirstKey.ORGANIZATION), real));
        try (Site site = Site.start(config, data, shell.clock())) {
          String key = DemoKey.in(data, site.directory());
          notes(notes, real, site);
          String keyNote = "kept in " + data.path().resolve(DemoKey.FILE);
          Foreground.run(
              shell, site, new Greeting(site, Optional.of(key), keyNote, options.json(), notes));
        }
      }
    }
  }

  private ListenConfig freeAddresses(List<String> notes) {
    ListenConfig wanted = options.listen(USUAL);
    HostPort api = options.apiGiven() ? wanted.api() : FreePort.near(wanted.api(), Set.of());
    HostPort control =
        options.controlGiven()
            ? wanted.control()
            : FreePort.near(wanted.control(), Set.of(api.port()));
    note(notes, "API", wanted.api(), api);
    note(notes, "Control", wanted.control(), control);
    return wanted.with(api, control);
  }

  private static void note(List<String> notes, String what, HostPort wanted, HostPort taken) {
    if (!wanted.equals(taken)) {
      notes.add("%s: port %d is in use here, so %d.".formatted(what, wanted.port(), taken.port()));
    }
  }

  private static void notes(List<String> notes, List<URI> real, Site site) {
    notes.add(
        "Engines named simulated-… run no model: they take the time that such hardware takes.");
    if (!real.isEmpty()) {
      notes.add("Real engines found here: " + real);
    }
    String how = " --control " + site.control().getHostString() + ":" + site.control().getPort();
    String where = " --data " + site.config().storage().data();
    notes.add("Look: ./archipel engine list" + how + where);
    notes.add("      ./archipel usage --by model" + how + where);
    notes.add("");
  }
}
