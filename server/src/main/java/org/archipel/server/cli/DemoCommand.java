package org.archipel.server.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.archipel.server.DataFolder;
import org.archipel.server.Site;
import org.archipel.server.config.Config;
import org.archipel.server.config.HostPort;
import org.archipel.server.config.ListenConfig;
import org.archipel.server.demo.Demo;
import org.archipel.server.demo.DemoKey;
import org.archipel.server.demo.FreePort;
import org.archipel.server.demo.LocalEngines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code demo}: a whole site on this machine, at once. */
@Command(
    name = "demo",
    description = {
      "Runs a site on simulated engines, and on real ones that already run here.",
      "Simulated engines answer with text of their own making, at the speed of real hardware."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final Path USUAL_DATA = Path.of("data", "demo");
  private static final ListenConfig USUAL =
      ListenConfig.DEFAULTS.with(
          new HostPort("127.0.0.1", ListenConfig.DEFAULT_API.port()), ListenConfig.DEFAULT_CONTROL);

  private final Shell shell;

  @Mixin private final ServeOptions options = new ServeOptions();

  DemoCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<String> notes = new ArrayList<>();
    try (DataFolder data = DataFolder.open(options.dataOr(USUAL_DATA))) {
      // Before our own listeners are there, so that none of them is taken for an engine.
      List<URI> real = LocalEngines.find(LocalEngines.USUAL);
      ListenConfig listen = freeAddresses(notes);
      try (Demo demo = Demo.start()) {
        Config config = demo.config(listen, data.path(), real);
        try (Site site = Site.start(config, data, shell.clock())) {
          String key = DemoKey.in(data, site.directory());
          notes(notes, real, site);
          String keyNote = "kept in " + data.path().resolve(DemoKey.FILE);
          Foreground.run(
              shell, site, new Greeting(site, Optional.of(key), keyNote, options.json(), notes));
        }
      }
    }
    return 0;
  }

  private ListenConfig freeAddresses(List<String> notes) {
    ListenConfig wanted = options.listen(USUAL);
    HostPort api = options.apiGiven() ? wanted.api() : FreePort.near(wanted.api(), -1);
    HostPort control =
        options.controlGiven() ? wanted.control() : FreePort.near(wanted.control(), api.port());
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
