package org.archipel.relay;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.archipel.directory.KeyTerms;
import org.archipel.scheduling.Prefix;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.ServiceClass;

/**
 * Reads from headers and body how a request wants to be scheduled. What it asks beyond its key's
 * limits is brought back to them without a word; what cannot be understood is refused. Thread-safe.
 */
final class AsksReader {
  private static final AsciiString CLASS = AsciiString.cached("x-archipel-class");
  private static final AsciiString ROUTING = AsciiString.cached("x-archipel-routing");
  private static final AsciiString DEADLINE = AsciiString.cached("x-archipel-deadline-ms");

  /** Sent by opencode, Codex and Claude Code (http-contract.md §2.3). */
  private static final List<String> SESSION_HEADERS =
      List.of(
          "x-session-affinity",
          "x-session-id",
          "session-id",
          "thread-id",
          "x-claude-code-session-id");

  /**
   * Open WebUI's tasks for which nobody waits, or not for long. Its {@code query_generation},
   * {@code moa_response_generation} and {@code function_calling} stand between a person and an
   * answer.
   */
  private static final Set<String> BACKGROUND_TASKS =
      Set.of(
          "title_generation",
          "tags_generation",
          "follow_up_generation",
          "emoji_generation",
          "image_prompt_generation",
          "autocomplete_generation",
          "autocompletion");

  private static final long MAX_DEADLINE_MILLIS = TimeUnit.DAYS.toMillis(1);
  private static final int SHOWN_VALUE = 100;

  private final List<AsciiString> sessionHeaders;
  private final List<AsciiString> taskHeaders;

  AsksReader(SchedulingHeaders names) {
    this.sessionHeaders =
        Stream.concat(SESSION_HEADERS.stream(), names.session().stream())
            .map(AsciiString::of)
            .toList();
    this.taskHeaders = names.task().stream().map(AsciiString::of).toList();
  }

  /**
   * What the request asks for.
   *
   * @param terms of its key
   * @param prefix how its prompt begins
   * @throws RefusedException when a header or field says what nobody can understand
   */
  Asks read(HttpHeaders headers, RequestEnvelope.Wishes wishes, KeyTerms terms, Prefix prefix)
      throws RefusedException {
    return new Asks(
        serviceClass(headers, wishes, terms),
        routing(headers, wishes, terms),
        deadline(headers),
        prefix);
  }

  /** What is the same for all requests of one conversation, if the request says it. */
  Optional<String> session(HttpHeaders headers, RequestEnvelope.Wishes wishes) {
    return first(headers, sessionHeaders).or(wishes::cacheKey);
  }

  private ServiceClass serviceClass(
      HttpHeaders headers, RequestEnvelope.Wishes wishes, KeyTerms terms) throws RefusedException {
    ServiceClass usual = of(terms.serviceClass());
    ServiceClass asked;
    String header = headers.get(CLASS);
    if (header != null) {
      asked =
          switch (header.trim()) {
            case "interactive" -> ServiceClass.INTERACTIVE;
            case "standard" -> ServiceClass.STANDARD;
            case "batch" -> ServiceClass.BATCH;
            default -> throw wrong(CLASS, header, "interactive, standard or batch");
          };
    } else if (first(headers, taskHeaders).filter(BACKGROUND_TASKS::contains).isPresent()) {
      asked = ServiceClass.BATCH;
    } else {
      asked = wishes.priority().isPresent() ? of(wishes.priority().getAsInt()) : usual;
    }
    return later(asked, of(terms.maxClass()));
  }

  /**
   * The class of one of aristote-dispatcher's five levels, of which the highest goes first: 4 and 5
   * are a person who waits, 2 and 3 an application, 1 nobody.
   */
  private static ServiceClass of(int priority) {
    if (priority >= 4) {
      return ServiceClass.INTERACTIVE;
    }
    return priority >= 2 ? ServiceClass.STANDARD : ServiceClass.BATCH;
  }

  private static RoutingMode routing(
      HttpHeaders headers, RequestEnvelope.Wishes wishes, KeyTerms terms) throws RefusedException {
    RoutingMode asked;
    String header = headers.get(ROUTING);
    if (header != null) {
      asked =
          switch (header.trim()) {
            case "any" -> RoutingMode.ANY;
            case "local-first" -> RoutingMode.LOCAL_FIRST;
            case "local-only" -> RoutingMode.LOCAL_ONLY;
            default -> throw wrong(ROUTING, header, "any, local-first or local-only");
          };
    } else {
      asked = wishes.routing().orElse(of(terms.routing()));
    }
    return later(asked, of(terms.maxRouting()));
  }

  private static OptionalLong deadline(HttpHeaders headers) throws RefusedException {
    String header = headers.get(DEADLINE);
    if (header == null) {
      return OptionalLong.empty();
    }
    String text = header.trim();
    boolean digits =
        !text.isEmpty() && text.length() <= 8 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    long millis = digits ? Long.parseLong(text) : 0;
    if (millis < 1 || millis > MAX_DEADLINE_MILLIS) {
      throw wrong(DEADLINE, header, "milliseconds, 1 to " + MAX_DEADLINE_MILLIS);
    }
    return OptionalLong.of(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** The first of these headers that says something; a template that nobody filled says nothing. */
  private static Optional<String> first(HttpHeaders headers, List<AsciiString> names) {
    for (int i = 0; i < names.size(); i++) {
      String value = headers.get(names.get(i));
      if (value != null && !value.isBlank() && !value.startsWith("{{")) {
        return Optional.of(value.trim());
      }
    }
    return Optional.empty();
  }

  private static ServiceClass of(KeyTerms.ServiceClass stored) {
    return switch (stored) {
      case INTERACTIVE -> ServiceClass.INTERACTIVE;
      case STANDARD -> ServiceClass.STANDARD;
      case BATCH -> ServiceClass.BATCH;
    };
  }

  private static RoutingMode of(KeyTerms.Routing stored) {
    return switch (stored) {
      case ANY -> RoutingMode.ANY;
      case LOCAL_FIRST -> RoutingMode.LOCAL_FIRST;
      case LOCAL_ONLY -> RoutingMode.LOCAL_ONLY;
    };
  }

  /** Both enums are listed from the widest wish to the most modest one. */
  private static <E extends Enum<E>> E later(E one, E other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  private static RefusedException wrong(AsciiString header, String value, String expected) {
    String shown = value.substring(0, Math.min(SHOWN_VALUE, value.length()));
    return new RefusedException(
        Failure.ofParam(
            ErrorCode.INVALID_REQUEST,
            header.toString(),
            header + ": " + shown + " (expected: " + expected + ")"));
  }
}
