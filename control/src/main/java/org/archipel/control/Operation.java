package org.archipel.control;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.archipel.directory.access.Action;

/**
 * All that is known of a route beside its handler: what it is called, takes, answers, and what a
 * caller must be allowed to do. What is served, refused and described comes from this one place.
 *
 * <p>Immutable; each method gives a copy with one thing more. {@link Routes#add} takes none without
 * a permission.
 */
final class Operation {
  private static final Pattern PATH_PARAMETER = Pattern.compile("\\{([a-z_]+)}");

  /** Where the thing belongs that an operation is about: what is asked of the authority. */
  enum Concern {
    /** To the site. */
    SITE,
    /** To the consortium. */
    CONSORTIUM,
    /** To the organization of the path's {@code {organization}}. */
    ORGANIZATION,
    /** To the project of the path's {@code {organization}} and {@code {project}}. */
    PROJECT,
    /** It is a list of what the caller may see: the handler asks {@link Call#visible}. */
    LISTED,
    /** The handler finds out and calls {@link Call#demand}, before it changes or shows anything. */
    FOUND
  }

  /** Who may call. */
  sealed interface Permission {
    /** Everybody who reaches the listener. */
    record Everybody() implements Permission {}

    /** Everybody on this machine; others as {@code elsewhere} says. */
    record FromHere(Needs elsewhere) implements Permission {}

    /** Who may do the action where the concern says. */
    record Needs(Action action, Concern concern) implements Permission {}
  }

  /** What a route does as all others that have it do. */
  enum Trait {
    /** A list by pages: {@code limit}, {@code after}, {@code next}. */
    PAGED,
    /** The answer carries the version as its ETag. */
    TAGGED,
    /** {@code if-match} is heeded. */
    CONDITIONAL,
    /** {@code if-match} is demanded: 428 without it. */
    DEMANDING,
    /** A creation that may be repeated with the same {@code idempotency-key}. */
    REPEATABLE
  }

  /**
   * A parameter.
   *
   * @param inPath whether it is a part of the path, else of the query
   * @param type how it is read: String, int, long, boolean, Instant, or an enum
   */
  record Parameter(String name, boolean inPath, Class<?> type, String description) {}

  /**
   * What a good answer is.
   *
   * @param items whether it is a list of {@code type}
   * @param type the record, or Void for none
   * @param others other media types of the same answer, for who accepts them
   */
  record Answer(HttpStatus status, boolean items, Class<?> type, List<String> others) {}

  private record Facts(HttpMethod method, String path, String id, String summary) {}

  private final Facts facts;
  private final Optional<Permission> permission;
  private final List<Parameter> parameters;
  private final Optional<Class<?>> body;
  private final Answer answer;
  private final Set<Trait> traits;

  private Operation(
      Facts facts,
      Optional<Permission> permission,
      List<Parameter> parameters,
      Optional<Class<?>> body,
      Answer answer,
      Set<Trait> traits) {
    this.facts = facts;
    this.permission = permission;
    this.parameters = List.copyOf(parameters);
    this.body = body;
    this.answer = answer;
    this.traits = Set.copyOf(traits);
  }

  private static Operation of(HttpMethod method, String path, String id, String summary) {
    return new Operation(
        new Facts(method, path, id, summary),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        new Answer(HttpStatus.OK, false, Void.class, List.of()),
        Set.of());
  }

  /**
   * Reads.
   *
   * @param path with its parameters in braces
   * @param id unique, a verb and what it is about: {@code listKeys}
   * @param summary one sentence for people
   */
  static Operation get(String path, String id, String summary) {
    return of(HttpMethod.GET, path, id, summary);
  }

  static Operation post(String path, String id, String summary) {
    return of(HttpMethod.POST, path, id, summary);
  }

  static Operation put(String path, String id, String summary) {
    return of(HttpMethod.PUT, path, id, summary);
  }

  static Operation patch(String path, String id, String summary) {
    return of(HttpMethod.PATCH, path, id, summary);
  }

  static Operation delete(String path, String id, String summary) {
    return of(HttpMethod.DELETE, path, id, summary);
  }

  /** May be called by whoever may do this there. */
  Operation needs(Action action, Concern concern) {
    return with(new Permission.Needs(action, concern));
  }

  /** May be called by everybody who reaches the listener. */
  Operation forEverybody() {
    return with(new Permission.Everybody());
  }

  /** May be called from this machine by everybody. */
  Operation fromHereOr(Action action) {
    return with(new Permission.FromHere(new Permission.Needs(action, Concern.SITE)));
  }

  private Operation with(Permission wanted) {
    return new Operation(facts, Optional.of(wanted), parameters, body, answer, traits);
  }

  /** Describes a part of the path. */
  Operation path(String name, String description) {
    return with(new Parameter(name, true, String.class, description));
  }

  /** Takes a text as a parameter of the query. */
  Operation query(String name, String description) {
    return query(name, String.class, description);
  }

  Operation query(String name, Class<?> type, String description) {
    return with(new Parameter(name, false, type, description));
  }

  private Operation with(Parameter parameter) {
    List<Parameter> more = new ArrayList<>(parameters);
    more.add(parameter);
    return new Operation(facts, permission, more, body, answer, traits);
  }

  /** Takes a record as its body, in JSON; a field that the record has not is refused. */
  Operation takes(Class<? extends Record> type) {
    return new Operation(facts, permission, parameters, Optional.of(type), answer, traits);
  }

  /** Answers 200 with a record. */
  Operation answers(Class<?> type) {
    return with(new Answer(HttpStatus.OK, false, type, List.of()));
  }

  /** Answers 201 with a record. */
  Operation creates(Class<?> type) {
    return with(new Answer(HttpStatus.CREATED, false, type, List.of()));
  }

  /** Answers with no body. */
  Operation answersNothing() {
    return with(new Answer(HttpStatus.NO_CONTENT, false, Void.class, List.of()));
  }

  /** Answers 200 with {@code items}, all at once. */
  Operation lists(Class<?> type) {
    return with(new Answer(HttpStatus.OK, true, type, List.of()));
  }

  /** Answers 200 with {@code items} by pages. */
  Operation pages(Class<?> type) {
    return lists(type).with(Trait.PAGED);
  }

  /** The same answer in another form too. */
  Operation alsoAs(String mediaType) {
    List<String> more = new ArrayList<>(answer.others);
    more.add(mediaType);
    return with(new Answer(answer.status, answer.items, answer.type, more));
  }

  private Operation with(Answer wanted) {
    return new Operation(facts, permission, parameters, body, wanted, traits);
  }

  /** The answer's version is its ETag. */
  Operation tagged() {
    return with(Trait.TAGGED);
  }

  /** Heeds {@code if-match}. */
  Operation conditional() {
    return with(Trait.CONDITIONAL);
  }

  /** Demands {@code if-match}. */
  Operation demandsVersion() {
    return with(Trait.CONDITIONAL).with(Trait.DEMANDING);
  }

  /** Heeds {@code idempotency-key}. */
  Operation repeatable() {
    return with(Trait.REPEATABLE);
  }

  private Operation with(Trait trait) {
    Set<Trait> more = EnumSet.of(trait);
    more.addAll(traits);
    return new Operation(facts, permission, parameters, body, answer, more);
  }

  /**
   * The operation as it may be served.
   *
   * @throws IllegalStateException when nobody said who may call it, or a part of its path is not
   *     described: a mistake of ours, found when the site starts
   */
  Operation checked() {
    if (permission.isEmpty()) {
      throw new IllegalStateException(id() + ": no permission (expected: an action)");
    }
    Matcher matcher = PATH_PARAMETER.matcher(path());
    while (matcher.find()) {
      String name = matcher.group(1);
      if (parameters.stream().noneMatch(p -> p.inPath() && p.name().equals(name))) {
        throw new IllegalStateException(id() + ": {" + name + "} (expected: a description)");
      }
    }
    return this;
  }

  HttpMethod method() {
    return facts.method;
  }

  String path() {
    return facts.path;
  }

  String id() {
    return facts.id;
  }

  String summary() {
    return facts.summary;
  }

  Permission permission() {
    return permission.orElseThrow();
  }

  List<Parameter> parameters() {
    return parameters;
  }

  Optional<Class<?>> body() {
    return body;
  }

  Answer answer() {
    return answer;
  }

  boolean has(Trait trait) {
    return traits.contains(trait);
  }
}
