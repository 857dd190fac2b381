package org.archipel.directory.access;

import java.util.Optional;

/**
 * Where a role is held, and where a thing belongs: the consortium, this site, an organization or
 * one of its projects. Each contains those after it.
 */
public sealed interface Scope {
  /** What the consortium decides. */
  static Scope consortium() {
    return new Consortium();
  }

  /** What this site decides, for all organizations that it knows. */
  static Scope site() {
    return new Site();
  }

  /** All sites. */
  record Consortium() implements Scope {
    @Override
    public String text() {
      return "consortium";
    }
  }

  /** This site. */
  record Site() implements Scope {
    @Override
    public String text() {
      return "site";
    }
  }

  /** An organization and all of its projects. */
  record Organization(String name) implements Scope {
    @Override
    public String text() {
      return name;
    }
  }

  /** One project of an organization. */
  record Project(String organization, String name) implements Scope {
    @Override
    public String text() {
      return organization + "/" + name;
    }
  }

  /** The scope of an organization's thing, or of a thing of one of its projects. */
  static Scope of(String organization, Optional<String> project) {
    return project
        .<Scope>map(name -> new Project(organization, name))
        .orElse(new Organization(organization));
  }

  /** For people: {@code consortium}, {@code site}, an organization, or organization/project. */
  String text();

  /** The organization that it lies in, if it lies in one. */
  default Optional<String> organizationName() {
    return switch (this) {
      case Consortium _, Site _ -> Optional.empty();
      case Organization organization -> Optional.of(organization.name());
      case Project project -> Optional.of(project.organization());
    };
  }

  /** The project that it is, if it is one. */
  default Optional<String> projectName() {
    return this instanceof Project project ? Optional.of(project.name()) : Optional.empty();
  }

  /** Whether the other lies in this one, or is it. */
  default boolean contains(Scope other) {
    return switch (this) {
      case Consortium _ -> true;
      case Site _ -> !(other instanceof Consortium);
      case Organization organization ->
          other.organizationName().filter(organization.name()::equals).isPresent();
      case Project project -> project.equals(other);
    };
  }
}
