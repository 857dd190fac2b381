package org.archipel.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.ModelSpec;
import org.archipel.server.Version;
import org.archipel.server.demo.DemoConsortium;
import org.archipel.server.demo.DemoSite;
import org.archipel.server.demo.RunningSite;

/**
 * What the start of the demonstration's sites tells: who is where, what to try, what to look at.
 */
final class DemoGreeting {
  private final List<RunningSite> sites;

  DemoGreeting(DemoConsortium consortium) {
    this.sites = consortium.sites();
  }

  /** One line of JSON; the first site's fields at the top as those of a site alone. */
  String json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("version", Version.text());
    describe(node, sites.getFirst());
    ArrayNode all = node.putArray("sites");
    sites.forEach(site -> describe(all.addObject(), site));
    return node.toString();
  }

  private static void describe(ObjectNode node, RunningSite site) {
    node.put("site", site.described().id())
        .put("api", site.api().toString())
        .put("control", Greeting.url(site.site().control()))
        .put("data", site.data().toString())
        .put("key", site.key());
  }

  List<String> lines(boolean users) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("Archipel " + Version.text() + " · three sites of a consortium, in this terminal");
    lines.add("");
    Table table = new Table("SITE", "ORGANIZATION", "ENGINES", "API", "CONTROL", "DATA");
    for (RunningSite site : sites) {
      table.add(
          site.described().id(),
          site.described().organization(),
          engines(site),
          site.api() + "/v1",
          Greeting.url(site.site().control()),
          site.data().toString());
    }
    lines.addAll(table.lines("  "));
    lines.add("");
    lines.addAll(what(users));
    lines.add("");
    lines.addAll(trial(sites.getFirst()));
    lines.add("");
    lines.addAll(looks(sites.getFirst()));
    lines.add("");
    return lines;
  }

  private static String engines(RunningSite site) {
    return site.site().models().models().stream()
        .map(ModelSpec::engines)
        .flatMap(List::stream)
        .map(EngineSpec::id)
        .collect(Collectors.joining(", "));
  }

  private List<String> what(boolean users) {
    RunningSite anchor = sites.getFirst();
    List<String> lines = new ArrayList<>();
    lines.add(
        "  The engines are simulated: they run no model, and take the time that such hardware"
            + " takes,");
    lines.add("  with only four places each, so that a handful of people fills one.");
    lines.add(
        "  Each site has its own database. %s is also the consortium's anchor: it says who is a"
            .formatted(anchor.described().city()));
    lines.add("  member, and nothing else depends on it.");
    if (users) {
      lines.add(
          "  Users are simulated too. A day takes two minutes; each site has its busy hours when");
      lines.add(
          "  others have room. ville-de-brest owns no engines: it may use those of the"
              + " consortium.");
    }
    return lines;
  }

  private static List<String> trial(RunningSite site) {
    return List.of(
        "  Key of %s/chat at %s, kept in %s:"
            .formatted(
                site.described().organization(),
                site.described().city(),
                site.data().resolve("demo.key")),
        "    " + site.key(),
        "",
        "  Try; x-archipel-site in the answer tells where it ran:",
        "    curl -iN " + site.api() + "/v1/chat/completions \\",
        "      -H 'Authorization: Bearer " + site.key() + "' \\",
        "      -H 'Content-Type: application/json' -H 'x-archipel-class: interactive' \\",
        "      -d '{\"model\":\""
            + DemoSite.MODEL
            + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'");
  }

  private static List<String> looks(RunningSite site) {
    String where =
        " --control "
            + site.site().control().getHostString()
            + ":"
            + site.site().control().getPort()
            + " --data "
            + site.data();
    return List.of(
        "  Look at " + site.described().city() + ", or at another one by its addresses above:",
        "    ./archipel peers" + where,
        "    ./archipel usage --by served_by" + where,
        "    ./archipel queue" + where,
        "    ./archipel console-link" + where);
  }
}
