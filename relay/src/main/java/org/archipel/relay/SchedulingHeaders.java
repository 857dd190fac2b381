package org.archipel.relay;

import java.util.List;

/**
 * Headers of a site's applications by which requests tell more about themselves, beside those that
 * are known everywhere.
 *
 * @param session whose value is the same for all requests of one conversation
 * @param task whose value names the task that an application does beside the conversation, as Open
 *     WebUI's {@code {{TASK}}} does
 */
public record SchedulingHeaders(List<String> session, List<String> task) {
  /** The names that Open WebUI's documentation and its forwarded headers use. */
  public static final SchedulingHeaders DEFAULTS =
      new SchedulingHeaders(
          List.of("x-openwebui-chat-id", "x-chat"), List.of("x-openwebui-task", "x-task"));

  public SchedulingHeaders {
    session = List.copyOf(session);
    task = List.copyOf(task);
  }
}
