package org.archipel.server.config;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.archipel.control.oidc.ProviderOptions;
import org.archipel.control.oidc.ProviderOptions.Claims;
import org.archipel.control.oidc.ProviderOptions.Client;
import org.archipel.control.oidc.ProviderOptions.Inference;
import org.archipel.control.oidc.ProviderOptions.Rule;
import org.archipel.directory.access.Role;
import org.archipel.directory.access.SessionLimits;

/**
 * How persons sign in.
 *
 * @param url how browsers reach the control listener
 * @param session how long somebody stays signed in
 * @param providers by whom
 */
public record SignInConfig(
    Optional<URI> url, SessionLimits session, List<ProviderOptions> providers) {
  /** Nobody but the administrator. */
  public static final SignInConfig DEFAULTS =
      new SignInConfig(Optional.empty(), SessionLimits.DEFAULTS, List.of());

  private static final URI NOWHERE = URI.create("https://nowhere.invalid");
  private static final List<String> REQUESTED = List.of("openid", "profile", "email");

  public SignInConfig {
    providers = List.copyOf(providers);
  }

  static SignInConfig read(Section section) {
    try (section) {
      Optional<URI> url = section.find("url", Forms.SIGN_IN_URL);
      List<ProviderOptions> providers = new ArrayList<>();
      Set<String> ids = new HashSet<>();
      for (Section provider : section.groups("providers")) {
        ProviderOptions read = provider(provider);
        if (!ids.add(read.id())) {
          provider.report("id", read.id() + " (expected: each once)");
        }
        providers.add(read);
      }
      if (!providers.isEmpty() && url.isEmpty()) {
        section.report("url", "missing (expected: how browsers reach the control listener)");
      }
      return new SignInConfig(url, session(section.group("session")), providers);
    }
  }

  private static SessionLimits session(Section section) {
    try (section) {
      Form<Duration> time = Forms.duration(Duration.ofMinutes(1), Duration.ofDays(30));
      return new SessionLimits(
          section.find("idle", time).orElse(SessionLimits.DEFAULTS.idle()),
          section.find("absolute", time).orElse(SessionLimits.DEFAULTS.absolute()));
    }
  }

  private static ProviderOptions provider(Section section) {
    try (section) {
      String id = section.require("id", Forms.NAME, "provider");
      List<String> requested = section.findList("request_scopes", Forms.TEXT).orElse(REQUESTED);
      if (!requested.contains("openid")) {
        section.report("request_scopes", "without openid (expected: openid among them)");
      }
      return new ProviderOptions(
          id,
          section.find("name", Forms.TEXT).orElse(id),
          section.require("issuer", Forms.SIGN_IN_URL, NOWHERE).toString(),
          new Client(
              section.require("client_id", Forms.TEXT, "client"),
              section.require("client_secret", Forms.SECRET, "secret")),
          requested,
          new Claims(organizations(section), rules(section)),
          section.findGroup("inference").map(SignInConfig::inference).orElse(Inference.NONE));
    }
  }

  private static Inference inference(Section section) {
    try (section) {
      Inference read =
          new Inference(
              Set.copyOf(section.list("audiences", Forms.TEXT)),
              Set.copyOf(section.list("clients", Forms.TEXT)),
              section.find("project", Forms.NAME));
      if (!read.wanted()) {
        section.report("audiences", "missing (expected: audiences or clients)");
      }
      return read;
    }
  }

  private static Map<String, String> organizations(Section provider) {
    Map<String, String> organizations = new HashMap<>();
    for (Section scope : provider.groups("scopes")) {
      try (scope) {
        organizations.put(
            scope.require("scope", Forms.TEXT, "scope"),
            scope.require("organization", Forms.NAME, "organization"));
      }
    }
    return organizations;
  }

  private static List<Rule> rules(Section provider) {
    List<Rule> rules = new ArrayList<>();
    for (Section rule : provider.groups("rules")) {
      try (rule) {
        Role role = rule.require("role", Forms.word(Role.class), Role.AUDITOR);
        Optional<String> project = rule.find("project", Forms.NAME);
        if ((role == Role.PROJECT_MEMBER) != project.isPresent()) {
          rule.report("project", "(expected: with role project-member, and only then)");
        }
        rules.add(
            new Rule(
                rule.require("claim", Forms.TEXT, "claim"),
                rule.require("value", Forms.TEXT, "value"),
                role,
                rule.find("organization", Forms.NAME),
                project));
      }
    }
    return rules;
  }
}
