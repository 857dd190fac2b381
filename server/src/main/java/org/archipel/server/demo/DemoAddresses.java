package org.archipel.server.demo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.archipel.server.DataFolder;
import org.archipel.server.StartException;
import org.archipel.server.config.HostPort;
import org.archipel.server.config.ListenConfig;

/**
 * Where a site of the demonstration listens. Others know a site by its address, so it is kept in
 * the data folder and used at every later start.
 *
 * @param api of the inference API and of the federation
 * @param control of the control listener
 */
record DemoAddresses(HostPort api, HostPort control) {
  /** The file of the data folder that keeps them. */
  static final String FILE = "demo.addresses";

  /** How far the ports of two sites lie apart, so that they are easy to tell. */
  private static final int STEP = 10;

  /**
   * Those of all sites, in their order.
   *
   * @param folders the sites' data folders
   * @param first where the first site would listen; the others at the ports behind, or at any free
   *     ones when the port is 0
   * @throws StartException when a known address is in use
   */
  static List<DemoAddresses> of(List<DataFolder> folders, ListenConfig first) {
    Set<Integer> taken = new HashSet<>();
    List<Optional<DemoAddresses>> known = new ArrayList<>();
    for (DataFolder folder : folders) {
      Optional<DemoAddresses> kept = folder.find(FILE).flatMap(DemoAddresses::parsed);
      kept.ifPresent(addresses -> addresses.demandFree(folder));
      kept.ifPresent(addresses -> addresses.add(taken));
      known.add(kept);
    }
    List<DemoAddresses> all = new ArrayList<>();
    for (int i = 0; i < folders.size(); i++) {
      if (known.get(i).isPresent()) {
        all.add(known.get(i).get());
        continue;
      }
      DemoAddresses made =
          new DemoAddresses(near(first.api(), i, taken), near(first.control(), i, taken));
      folders.get(i).put(FILE, made.api + " " + made.control);
      all.add(made);
    }
    return all;
  }

  private static HostPort near(HostPort first, int number, Set<Integer> taken) {
    HostPort wanted = first.port() == 0 ? first : first.withPort(first.port() + STEP * number);
    HostPort free = FreePort.near(wanted, taken);
    taken.add(free.port());
    return free;
  }

  private static Optional<DemoAddresses> parsed(String text) {
    int space = text.indexOf(' ');
    return space < 0
        ? Optional.empty()
        : HostPort.parse(text.substring(0, space))
            .flatMap(
                api ->
                    HostPort.parse(text.substring(space + 1))
                        .map(control -> new DemoAddresses(api, control)));
  }

  private void add(Set<Integer> taken) {
    taken.add(api.port());
    taken.add(control.port());
  }

  private void demandFree(DataFolder folder) {
    for (HostPort address : List.of(api, control)) {
      if (!FreePort.free(address)) {
        throw new StartException(
            "%s: in use (expected: free, since the other sites know this one by it; end what"
                    .formatted(address)
                + " listens there, or give --data another folder than "
                + folder.path().getParent()
                + ")");
      }
    }
  }
}
