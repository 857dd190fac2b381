package org.archipel.server.config;

import java.time.Duration;
import java.util.List;
import org.archipel.scheduling.SchedulingOptions;

/**
 * How requests wait when every engine is busy, and who goes first.
 *
 * @param policy the order and its limits
 * @param maxWait how long one may wait before it is refused with 503
 * @param sessionHeaders headers of the site's applications that name a conversation
 * @param taskHeaders headers of the site's applications that name a background task
 */
public record SchedulingConfig(
    SchedulingOptions policy,
    Duration maxWait,
    List<String> sessionHeaders,
    List<String> taskHeaders) {
  /** Nobody waits for longer than a batch. */
  public static final SchedulingConfig DEFAULTS =
      new SchedulingConfig(
          SchedulingOptions.DEFAULTS,
          Duration.ofHours(1),
          List.of("x-openwebui-chat-id", "x-chat"),
          List.of("x-openwebui-task", "x-task"));

  static SchedulingConfig read(Section section) {
    try (section) {
      return new SchedulingConfig(
          PolicyKeys.read(section),
          section
              .find("max_wait", Forms.duration(Duration.ofMillis(250), Duration.ofDays(1)))
              .orElse(DEFAULTS.maxWait),
          section.findList("session_headers", Forms.HEADER_NAME).orElse(DEFAULTS.sessionHeaders),
          section.findList("task_headers", Forms.HEADER_NAME).orElse(DEFAULTS.taskHeaders));
    }
  }
}
