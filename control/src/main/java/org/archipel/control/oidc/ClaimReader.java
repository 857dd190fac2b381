package org.archipel.control.oidc;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.archipel.control.oidc.ProviderOptions.Rule;
import org.archipel.directory.access.Role;
import org.archipel.directory.access.Scope;
import org.archipel.directory.access.Subject.Held;
import org.jspecify.annotations.Nullable;

/**
 * What a provider's claims make of a person. The institution comes from scopes that the provider
 * was authorised for, never from an e-mail address: anybody can have one of those, and a provider
 * can claim any. Pure.
 */
final class ClaimReader {
  private static final String AFFILIATION = "eduperson_scoped_affiliation";
  private static final String HOME = "schac_home_organization";

  /** More values than this in a claim are not read. */
  private static final int MOST = 200;

  private final ProviderOptions options;

  ClaimReader(ProviderOptions options) {
    this.options = options;
  }

  /**
   * What was read.
   *
   * @param organizations ours, of which the person is
   * @param roles what the rules give
   * @param foreign how many scopes were claimed that the provider may not speak for
   */
  record Read(Set<String> organizations, Set<Held> roles, int foreign) {}

  Read read(Map<String, Object> claims) {
    Set<String> organizations = new LinkedHashSet<>();
    Set<Held> roles = new HashSet<>();
    int foreign = 0;
    for (String affiliation : texts(claims, AFFILIATION)) {
      int at = affiliation.lastIndexOf('@');
      Optional<String> organization = owned(affiliation.substring(at + 1));
      if (at < 1 || organization.isEmpty()) {
        foreign++;
        continue;
      }
      organizations.add(organization.get());
      String word = affiliation.substring(0, at);
      options.claims().rules().stream()
          .filter(rule -> rule.claim().equals(AFFILIATION) && rule.value().equals(word))
          .flatMap(rule -> held(rule, rule.organization().or(() -> organization)).stream())
          .forEach(roles::add);
    }
    for (String home : texts(claims, HOME)) {
      Optional<String> organization = owned(home);
      organization.ifPresent(organizations::add);
      foreign += organization.isPresent() ? 0 : 1;
    }
    for (Rule rule : options.claims().rules()) {
      if (!rule.claim().equals(AFFILIATION) && texts(claims, rule.claim()).contains(rule.value())) {
        roles.addAll(heldEverywhere(rule, organizations));
      }
    }
    return new Read(organizations, roles, foreign);
  }

  /**
   * Where a token's requests belong: in the organization that the person calls its home, else in
   * the only one that the person is of; and there in the project of the first rule that makes the
   * person a member, else in the provider's.
   *
   * @return empty when there is no such project, or more than one organization
   */
  Optional<Scope.Project> place(Map<String, Object> claims) {
    Read read = read(claims);
    List<String> homes =
        texts(claims, HOME).stream().flatMap(home -> owned(home).stream()).distinct().toList();
    List<String> organizations = homes.isEmpty() ? List.copyOf(read.organizations()) : homes;
    if (organizations.size() != 1) {
      return Optional.empty();
    }
    String organization = organizations.getFirst();
    return options.claims().rules().stream()
        .filter(rule -> rule.role() == Role.PROJECT_MEMBER)
        .flatMap(rule -> rule.project().stream())
        .map(project -> new Scope.Project(organization, project))
        .filter(project -> read.roles().contains(new Held(Role.PROJECT_MEMBER, project)))
        .findFirst()
        .or(
            () ->
                options
                    .inference()
                    .project()
                    .map(project -> new Scope.Project(organization, project)));
  }

  private Optional<String> owned(String scope) {
    return Optional.ofNullable(options.claims().organizations().get(scope));
  }

  private static Set<Held> heldEverywhere(Rule rule, Set<String> organizations) {
    Set<Held> roles = new HashSet<>();
    if (rule.organization().isPresent() || !needsOrganization(rule.role())) {
      held(rule, rule.organization()).ifPresent(roles::add);
    } else {
      organizations.forEach(one -> held(rule, Optional.of(one)).ifPresent(roles::add));
    }
    return roles;
  }

  private static boolean needsOrganization(Role role) {
    return role != Role.CONSORTIUM_ADMIN && role != Role.SITE_OPERATOR;
  }

  private static Optional<Held> held(Rule rule, Optional<String> organization) {
    return switch (rule.role()) {
      case CONSORTIUM_ADMIN -> Optional.of(new Held(rule.role(), Scope.consortium()));
      case SITE_OPERATOR -> Optional.of(new Held(rule.role(), Scope.site()));
      case ORGANIZATION_ADMIN, AUDITOR ->
          organization.map(name -> new Held(rule.role(), new Scope.Organization(name)));
      case PROJECT_MEMBER ->
          organization.flatMap(
              name ->
                  rule.project()
                      .map(project -> new Held(rule.role(), new Scope.Project(name, project))));
    };
  }

  /** The texts of a claim: none, one, or those of a list; what is no text does not count. */
  private static List<String> texts(Map<String, Object> claims, String name) {
    Object value = claims.get(name);
    if (value == null) {
      int dot = name.indexOf('.');
      return dot > 0 && claims.get(name.substring(0, dot)) instanceof Map<?, ?> inner
          ? textsOf(inner.get(name.substring(dot + 1)))
          : List.of();
    }
    return textsOf(value);
  }

  private static List<String> textsOf(@Nullable Object value) {
    return switch (value) {
      case String text -> List.of(text);
      case Collection<?> values ->
          values.stream()
              .limit(MOST)
              .filter(String.class::isInstance)
              .map(String.class::cast)
              .toList();
      case null, default -> List.of();
    };
  }
}
