package org.archipel.directory;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A wish of an organization or a project, for the consortium to decide. Times are to the
 * millisecond.
 *
 * @param id 12 characters
 * @param wish what is asked for
 * @param state how far it is
 * @param approvalsNeeded how many votes of the same kind decide it
 * @param steps who did what to it, and when
 * @param votes by time
 * @param version 1, and one more with each change and each vote
 */
public record AccessRequest(
    String id,
    Wish wish,
    State state,
    int approvalsNeeded,
    Steps steps,
    List<Vote> votes,
    long version) {

  /** How far a request is. */
  public enum State {
    /** It can still be changed, and nobody votes on it. */
    DRAFT,
    /** It waits for votes. */
    SUBMITTED,
    /** It became an entitlement. */
    APPROVED,
    /** It was voted down. */
    REFUSED,
    /** Who asked does not ask any more. */
    WITHDRAWN,
    /** Nobody decided in time. */
    EXPIRED;

    /** The word for it in the API and on the command line. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The state of a word.
     *
     * @throws DirectoryException when there is none
     */
    public static State of(String word) {
      return Words.parsed("state", word, values(), State::word);
    }
  }

  /**
   * What is asked for.
   *
   * @param organization who asks
   * @param project for which project only; empty for the whole organization
   * @param terms what and when; it has an end
   * @param purpose what for, 1 to 2,000 characters
   */
  public record Wish(
      String organization, Optional<String> project, EntitlementTerms terms, String purpose) {
    /**
     * Checks.
     *
     * @throws DirectoryException when there is no end, or the purpose has not its form
     */
    public Wish {
      Names.checkProse("purpose", Optional.of(purpose), ProjectProfile.LONGEST_PURPOSE);
      if (terms.until().isEmpty()) {
        throw Names.invalid("until", "missing", "when the access shall end");
      }
    }

    Map<String, String> described() {
      Map<String, String> all = new LinkedHashMap<>(terms.described());
      project.ifPresent(name -> all.put("project", name));
      all.put("purpose", purpose);
      return all;
    }
  }

  /**
   * Who did what to a request, as {@code kind:id}, and when.
   *
   * @param decidedAt when it left its last open state, whatever the end
   */
  public record Steps(
      String createdBy,
      Instant createdAt,
      Optional<String> submittedBy,
      Optional<Instant> submittedAt,
      Optional<Instant> decidedAt) {}

  /**
   * A vote, which nobody changes.
   *
   * @param voter as {@code kind:id}
   * @param approves whether it is for it
   * @param reason 1 to 2,000 characters
   */
  public record Vote(String voter, boolean approves, String reason, Instant at) {
    /**
     * Checks.
     *
     * @throws DirectoryException when the reason has not its form
     */
    public Vote {
      Names.checkProse("reason", Optional.of(reason), ProjectProfile.LONGEST_PURPOSE);
    }
  }

  /** Copies. */
  public AccessRequest {
    votes = List.copyOf(votes);
  }

  /** How many votes of a kind there are. */
  public long count(boolean approving) {
    return votes.stream().filter(vote -> vote.approves() == approving).count();
  }

  /** Whether somebody made or submitted it. */
  boolean isOf(String actor) {
    return steps.createdBy().equals(actor) || steps.submittedBy().equals(Optional.of(actor));
  }

  AccessRequest with(State changed, Steps later) {
    return new AccessRequest(id, wish, changed, approvalsNeeded, later, votes, version + 1);
  }
}
