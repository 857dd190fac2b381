package org.archipel.storage;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One change, as the audit log tells it. Text that is too long is shortened and characters that not
 * every store keeps are replaced: a change never fails for its own description.
 *
 * @param actor who made it
 * @param action a thing and what was done to it, for example {@code key.revoke}
 * @param subject what was changed, for example a key's id; at most 200 characters
 * @param organization the organization that it concerns, if one
 * @param details what else is to be known, at most 64 of them, by names of {@code [a-z0-9_]}, 2,000
 *     characters each; never a secret, a prompt or an answer
 */
public record AuditEntry(
    Actor actor,
    String action,
    String subject,
    Optional<String> organization,
    Map<String, String> details) {
  private static final Pattern ACTION = Pattern.compile("[a-z][a-z_]{0,31}\\.[a-z][a-z_]{0,31}");
  private static final Pattern DETAIL = Pattern.compile("[a-z][a-z0-9_]{0,63}");
  private static final int LONGEST_SUBJECT = 200;
  private static final int LONGEST_DETAIL = 2_000;
  private static final int MOST_DETAILS = 64;

  /**
   * Checks what a program says, and cleans what people said.
   *
   * @throws IllegalArgumentException when the action or a detail's name has not its form
   */
  public AuditEntry {
    if (!ACTION.matcher(action).matches()) {
      throw new IllegalArgumentException(
          "action: " + action + " (expected: " + ACTION.pattern() + ")");
    }
    if (details.size() > MOST_DETAILS) {
      throw new IllegalArgumentException(
          "details: " + details.size() + " (expected: <= " + MOST_DETAILS + ")");
    }
    Map<String, String> clean = new LinkedHashMap<>();
    details.forEach(
        (name, value) -> {
          if (!DETAIL.matcher(name).matches()) {
            throw new IllegalArgumentException(
                "detail: " + name + " (expected: " + DETAIL.pattern() + ")");
          }
          clean.put(name, AuditText.clean(value, LONGEST_DETAIL));
        });
    subject = AuditText.clean(subject, LONGEST_SUBJECT);
    organization = organization.map(name -> AuditText.clean(name, LONGEST_SUBJECT));
    details = Map.copyOf(clean);
  }
}
