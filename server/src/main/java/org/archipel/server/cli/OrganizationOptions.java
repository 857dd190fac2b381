package org.archipel.server.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** What can be said of an organization. An empty text removes what was there. */
final class OrganizationOptions {
  private static final Pattern CONTACT =
      Pattern.compile("([^<>]{1,200}?) *<([^<>]{1,254})> *(.{0,200})");

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "contributor (owns engines; the default) or beneficiary (only consumes).")
  private Optional<String> kind = Optional.empty();

  @Option(
      names = "--share",
      paramLabel = "N",
      description = "Its agreed share beside those of the others; 1 unless given.")
  private Optional<Integer> share = Optional.empty();

  @Option(names = "--display-name", paramLabel = "TEXT", description = "Its full name.")
  private Optional<String> displayName = Optional.empty();

  @Option(names = "--siren", paramLabel = "NUMBER", description = "9 digits.")
  private Optional<String> siren = Optional.empty();

  @Option(names = "--siret", paramLabel = "NUMBER", description = "14 digits.")
  private Optional<String> siret = Optional.empty();

  @Option(names = "--uai", paramLabel = "CODE", description = "7 digits and a letter.")
  private Optional<String> uai = Optional.empty();

  @Option(names = "--ror", paramLabel = "ID", description = "With or without https://ror.org/.")
  private Optional<String> ror = Optional.empty();

  @Option(
      names = "--contact",
      paramLabel = "CONTACT",
      description = "\"Name <mail@address> role\"; may be given more than once.")
  private List<String> contacts = new ArrayList<>();

  /** How it presents itself: what was said of it. */
  Map<String, Object> profile() {
    Map<String, Object> said = new HashMap<>();
    displayName.ifPresent(text -> said.put("display_name", text));
    siren.ifPresent(text -> said.put("siren", text));
    siret.ifPresent(text -> said.put("siret", text));
    uai.ifPresent(text -> said.put("uai", text));
    ror.ifPresent(text -> said.put("ror", text));
    if (!contacts.isEmpty()) {
      said.put("contacts", contacts.stream().map(OrganizationOptions::contact).toList());
    }
    return said;
  }

  private static Map<String, String> contact(String text) {
    Matcher matcher = CONTACT.matcher(text);
    if (!matcher.matches()) {
      throw Failure.usage("--contact: not understood (expected: \"Name <mail@address> role\")");
    }
    Map<String, String> contact = new HashMap<>();
    contact.put("name", matcher.group(1));
    contact.put("email", matcher.group(2));
    if (!matcher.group(3).isBlank()) {
      contact.put("role", matcher.group(3));
    }
    return contact;
  }

  /** What is agreed with it: what was said of that. */
  Map<String, Object> agreement() {
    Map<String, Object> said = new HashMap<>();
    kind.ifPresent(word -> said.put("kind", word));
    share.ifPresent(number -> said.put("share", number));
    return said;
  }
}
