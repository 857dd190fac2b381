package org.archipel.server.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineStatus;
import org.archipel.engines.ModelKind;
import org.archipel.engines.ModelSpec;
import org.archipel.server.FirstKey;
import org.archipel.server.Site;
import org.archipel.server.Version;
import org.archipel.server.config.HostPort;

/** What a start tells the operator: what listens where, which engines are up, what to try. */
final class Greeting {
  private static final String INDENT = "  ";

  private final Site site;
  private final Optional<String> key;
  private final String keyNote;
  private final boolean json;
  private final List<String> notes;

  /** Only for whoever sees a site for the first time: a link in every log would be a way in. */
  private final Optional<URI> consoleLink;

  /** A greeting that shows a key when there is a new one. */
  Greeting(Site site, Optional<String> key, boolean json) {
    this(site, key, "shown once", json, List.of());
  }

  /** The same with what becomes of the key, and notes, each a line, before what to try. */
  Greeting(Site site, Optional<String> key, String keyNote, boolean json, List<String> notes) {
    this.keyNote = keyNote;
    this.site = site;
    this.key = key;
    this.json = json;
    this.notes = List.copyOf(notes);
    boolean fresh = key.isPresent() || site.directory().organizations().none();
    this.consoleLink = fresh ? site.consoleLink() : Optional.empty();
  }

  List<String> lines() {
    return json ? List.of(asJson().toString()) : forPeople();
  }

  private ObjectNode asJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("version", Version.text())
        .put("site", site.config().site().id())
        .put("api", url(site.api()))
        .put("control", url(site.control()))
        .put("data", site.config().storage().data().toString());
    key.ifPresent(secret -> node.put("key", secret));
    consoleLink.ifPresent(link -> node.put("console_link", link.toString()));
    return node;
  }

  private List<String> forPeople() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("Archipel " + Version.text() + " · site " + site.config().site().id());
    lines.add("");
    lines.add("  API      " + url(site.api()) + "/v1");
    lines.add("  Control  " + url(site.control()));
    lines.add("  Data     " + site.config().storage().data().toAbsolutePath().normalize());
    lines.add("");
    lines.addAll(engines());
    lines.add("");
    key.ifPresent(
        secret -> {
          lines.add(
              "  Key of " + FirstKey.ORGANIZATION + "/" + FirstKey.PROJECT + ", " + keyNote + ":");
          lines.add("    " + secret);
          lines.add("");
        });
    consoleLink.ifPresent(
        link -> {
          lines.add("  Console, for you, once, within 15 minutes:");
          lines.add("    " + link);
          lines.add("");
        });
    notes.forEach(note -> lines.add((INDENT + note).stripTrailing()));
    lines.addAll(trial());
    lines.add("");
    return lines;
  }

  private List<String> engines() {
    Table table = new Table("MODEL", "KIND", "ENGINE", "TYPE", "STATE", "");
    for (ModelSpec model : site.models().models()) {
      for (EngineSpec engine : model.engines()) {
        Optional<EngineStatus> status = site.models().status(model.id(), engine.id());
        boolean up = status.filter(EngineStatus::up).isPresent();
        table.add(
            model.id(),
            model.kind().word(),
            engine.id(),
            engine.type().word(),
            up ? "up" : "down",
            up ? "" : status.flatMap(EngineStatus::problem).orElse("not answered yet"));
      }
    }
    List<String> lines = new ArrayList<>(table.isEmpty() ? List.of() : table.lines(INDENT));
    if (upModels().isEmpty()) {
      lines.add(
          INDENT + "No engine is up yet: each is asked again until it answers, and then used.");
    }
    return lines;
  }

  private List<ModelSpec> upModels() {
    return site.models().models().stream()
        .filter(
            model ->
                model.engines().stream()
                    .anyMatch(
                        engine ->
                            site.models()
                                .status(model.id(), engine.id())
                                .filter(EngineStatus::up)
                                .isPresent()))
        .toList();
  }

  private List<String> trial() {
    if (key.isEmpty() && site.directory().organizations().none()) {
      return List.of(
          "  Nobody can call yet. Let somebody in:",
          "    ./archipel org create ORG",
          "    ./archipel project create ORG PROJECT",
          "    ./archipel key create ORG PROJECT");
    }
    List<ModelSpec> candidates = upModels().isEmpty() ? site.models().models() : upModels();
    String model =
        candidates.stream()
            .filter(candidate -> candidate.kind() == ModelKind.CHAT)
            .map(ModelSpec::id)
            .findFirst()
            .orElse("MODEL");
    return List.of(
        "  Try",
        "    curl -N " + url(site.api()) + "/v1/chat/completions \\",
        "      -H 'Authorization: Bearer " + key.orElse("KEY") + "' \\",
        "      -H 'Content-Type: application/json' \\",
        "      -d '{\"model\":\""
            + Table.printable(model).replace("'", "")
            + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'");
  }

  /** A URL that works when pasted here: a wildcard address is reached through the loopback. */
  static String url(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    String host = ip == null ? address.getHostString() : ip.getHostAddress();
    String reachable = ip != null && ip.isAnyLocalAddress() ? "127.0.0.1" : host;
    return "http://" + new HostPort(reachable, address.getPort());
  }
}
