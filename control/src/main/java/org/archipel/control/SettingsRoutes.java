package org.archipel.control;

import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;

/** The configuration, to look at: it is changed in its file. */
final class SettingsRoutes {
  private final ConsoleParts console;

  SettingsRoutes(ConsoleParts console) {
    this.console = console;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/settings", "listSettings", "The configuration, without its secrets")
            .needs(Action.SETTINGS_READ, Concern.SITE)
            .lists(Setting.class),
        call -> call.items(console.settings()));
  }
}
