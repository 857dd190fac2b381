package org.archipel.server.config;

import java.time.Duration;
import java.util.List;

/**
 * How requests wait when every engine is busy.
 *
 * @param maxQueue how many may wait for one model; one more is refused with 429
 * @param maxWait how long one may wait before it is refused with 503
 * @param sessionHeaders headers of the site's applications that name a conversation
 * @param taskHeaders headers of the site's applications that name a background task
 */
public record SchedulingConfig(
    int maxQueue, Duration maxWait, List<String> sessionHeaders, List<String> taskHeaders) {
  /** Room for a burst, but nobody waits for longer than a person would. */
  public static final SchedulingConfig DEFAULTS =
      new SchedulingConfig(
          10_000,
          Duration.ofMinutes(2),
          List.of("x-openwebui-chat-id", "x-chat"),
          List.of("x-openwebui-task", "x-task"));

  static SchedulingConfig read(Section section) {
    try (section) {
      return new SchedulingConfig(
          section.find("max_queue", Forms.integer(0, 1_000_000)).orElse(DEFAULTS.maxQueue),
          section
              .find("max_wait", Forms.duration(Duration.ofMillis(250), Duration.ofDays(1)))
              .orElse(DEFAULTS.maxWait),
          section.findList("session_headers", Forms.HEADER_NAME).orElse(DEFAULTS.sessionHeaders),
          section.findList("task_headers", Forms.HEADER_NAME).orElse(DEFAULTS.taskHeaders));
    }
  }
}
