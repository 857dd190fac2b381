package org.archipel.directory.access;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.archipel.directory.access.Action.Reach;
import org.archipel.directory.access.Subject.Administrator;
import org.archipel.directory.access.Subject.Held;
import org.archipel.directory.access.Subject.Person;

/**
 * Answers « may X do Y on Z »; nobody else does. Pure: from the subject's roles alone, no I/O, any
 * thread.
 */
public final class Authority {
  /** Whether the subject may do this to a thing that belongs there. */
  public boolean may(Subject subject, Action action, Scope target) {
    return switch (subject) {
      case Administrator _ -> true;
      case Person person ->
          switch (action.reach()) {
            case PERSONS -> true;
            case MEMBERS -> !person.roles().isEmpty();
            case EVERYWHERE, ROLES -> holders(person, action).anyMatch(at -> at.contains(target));
            case UPWARD ->
                holders(person, action).anyMatch(at -> at.contains(target) || above(at, target));
          };
    };
  }

  /** Whether there is any thing at all to which the subject may do this. */
  public boolean mayAnywhere(Subject subject, Action action) {
    return switch (subject) {
      case Administrator _ -> true;
      case Person person ->
          action.reach() == Reach.PERSONS || holders(person, action).findAny().isPresent();
    };
  }

  /** To what of a list the subject may do this. */
  public Visible visible(Subject subject, Action action) {
    if (may(subject, action, Scope.site())) {
      return Visible.EVERYTHING;
    }
    Set<String> organizations = new HashSet<>();
    Set<Scope.Project> projects = new HashSet<>();
    if (subject instanceof Person person) {
      holders(person, action)
          .forEach(
              scope -> {
                switch (scope) {
                  case Scope.Organization organization -> organizations.add(organization.name());
                  case Scope.Project project when action.reach() == Reach.UPWARD ->
                      organizations.add(project.organization());
                  case Scope.Project project -> projects.add(project);
                  case Scope.Consortium _, Scope.Site _ -> {
                    // Seen above: everything is visible then.
                  }
                }
              });
    }
    return new Visible(false, organizations, projects);
  }

  private static Stream<Scope> holders(Person person, Action action) {
    return person.roles().stream().filter(held -> action.isOf(held.role())).map(Held::scope);
  }

  private static boolean above(Scope project, Scope target) {
    return project instanceof Scope.Project(String organization, String _)
        && target.equals(new Scope.Organization(organization));
  }
}
