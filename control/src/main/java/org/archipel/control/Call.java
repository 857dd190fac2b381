package org.archipel.control;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParamsBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.archipel.control.Operation.Permission.Needs;
import org.archipel.control.Operation.Trait;
import org.archipel.directory.access.Authority;
import org.archipel.directory.access.Scope;
import org.archipel.directory.access.Subject;
import org.archipel.directory.access.Visible;
import org.archipel.storage.Actor;
import org.archipel.storage.Page;
import org.archipel.storage.PageRequest;

/** One request of the API, complete with its body. Used by one thread. */
final class Call {
  private static final int MAX_PARAMETER = 200;
  private static final int MAX_CURSOR = 2000;
  private static final Pattern TAG = Pattern.compile("\"([1-9][0-9]{0,17})\"");

  /**
   * What is known of a call before its body is there.
   *
   * @param needs what the caller must be allowed to do; empty where the route is open to it
   */
  record Start(
      ServiceRequestContext context, Json json, Operation operation, Optional<Needs> needs) {}

  private final Start start;
  private final AggregatedHttpRequest request;
  private final Identity identity;
  private final Authority authority = new Authority();
  private boolean asked;
  private Optional<Object> remembered = Optional.empty();

  Call(Start start, AggregatedHttpRequest request, Identity identity) {
    this.start = start;
    this.request = request;
    this.identity = identity;
  }

  ServiceRequestContext context() {
    return start.context;
  }

  AggregatedHttpRequest request() {
    return request;
  }

  Json json() {
    return start.json;
  }

  Operation operation() {
    return start.operation;
  }

  Optional<Needs> needs() {
    return start.needs;
  }

  /** Who is calling. */
  Identity identity() {
    return identity;
  }

  /** A part of the path. */
  String path(String name) {
    return Optional.ofNullable(start.context.pathParam(name)).orElse("");
  }

  /** A query parameter, if it is there. Blank is absent: forms send empty fields. */
  Optional<String> query(String name) {
    return query(name, MAX_PARAMETER);
  }

  private Optional<String> query(String name, int longest) {
    Optional<String> value =
        Optional.ofNullable(start.context.queryParam(name)).filter(text -> !text.isBlank());
    if (value.isPresent() && value.get().length() > longest) {
      throw Refusal.badRequest(
          name + ": " + value.get().length() + " characters (expected: <= " + longest + ")");
    }
    return value;
  }

  /** Refuses parameters that nobody reads: a typing error must not widen an answer. */
  void expectOnly(Set<String> names) {
    for (String name : start.context.queryParams().names()) {
      if (!names.contains(name)) {
        throw Refusal.badRequest(
            "unknown parameter (expected: any of " + String.join(", ", names) + ")");
      }
    }
  }

  <T> T body(Class<T> type) {
    return start.json.read(request.content(), type);
  }

  /** Whether the caller asks for this kind of answer by name. */
  boolean accepts(String mediaType) {
    return request.headers().get(HttpHeaderNames.ACCEPT, "").contains(mediaType);
  }

  /**
   * Makes sure that the caller may do what the operation does to a thing that belongs there.
   *
   * @throws Refusal 403 when not
   */
  void demand(Scope target) {
    asked = true;
    start.needs.ifPresent(
        needs -> {
          if (!authority.may(identity.subject(), needs.action(), target)) {
            throw Refusal.notPermitted(
                "%s in %s is not among what your roles allow"
                    .formatted(needs.action().word(), target.text()));
          }
        });
  }

  /** What of a list the caller may see. It goes into the query, not over its result. */
  Visible visible() {
    asked = true;
    return start
        .needs
        .map(needs -> authority.visible(identity.subject(), needs.action()))
        .orElse(Visible.EVERYTHING);
  }

  /**
   * What of a list the caller may see, when it asked for what belongs to one organization or one of
   * its projects.
   *
   * @throws Refusal 403 when nothing of that
   */
  Visible visible(Optional<String> organization, Optional<String> project) {
    Visible visible = visible();
    if (organization.isPresent()
        && !visible.shows(organization.get(), project)
        && visible.projects().stream()
            .noneMatch(own -> own.organization().equals(organization.get()))) {
      demand(Scope.of(organization.get(), project));
    }
    return visible;
  }

  /** Whether the authority was asked, as an operation must whose concern only it can know. */
  boolean asked() {
    return asked;
  }

  /** The version that the caller expects, from {@code if-match}. */
  OptionalLong expected() {
    List<String> tags = request.headers().getAll(HttpHeaderNames.IF_MATCH);
    if (tags.isEmpty()) {
      if (start.operation.has(Trait.DEMANDING)) {
        throw new Refusal(
            Problem.Kind.VERSION_REQUIRED, "if-match: missing (expected: the etag of the thing)");
      }
      return OptionalLong.empty();
    }
    String tag = tags.getFirst().strip();
    if (tag.equals("*")) {
      return OptionalLong.empty();
    }
    Matcher matcher = TAG.matcher(tag);
    if (tags.size() > 1 || !matcher.matches()) {
      throw Refusal.badRequest("if-match: not a version (expected: one etag, or *)");
    }
    return OptionalLong.of(Long.parseLong(matcher.group(1)));
  }

  HttpResponse answer(Object value) {
    return start.json.answer(HttpStatus.OK, value);
  }

  /** Answers with a thing that has a version. */
  HttpResponse answer(Object value, long version) {
    return start.json.answer(HttpStatus.OK, value, tag(version));
  }

  HttpResponse created(Object value) {
    return start.json.answer(HttpStatus.CREATED, value);
  }

  HttpResponse created(Object value, long version) {
    return start.json.answer(HttpStatus.CREATED, value, tag(version));
  }

  /**
   * Answers with what was created, once.
   *
   * @param again what a repetition of the request gets and what is stored for it: without the
   *     secret
   */
  HttpResponse createdOnce(Object value, Object again) {
    remembered = Optional.of(again);
    return start.json.answer(HttpStatus.CREATED, value);
  }

  /** The answer to a repetition, when it is another than the first. */
  Optional<HttpResponse> remembered() {
    return remembered.map(this::created);
  }

  HttpResponse items(List<?> items) {
    return start.json.answer(HttpStatus.OK, new Items<>(items));
  }

  HttpResponse nothing() {
    return HttpResponse.of(HttpStatus.NO_CONTENT);
  }

  private static Json.Header tag(long version) {
    return new Json.Header(HttpHeaderNames.ETAG, "\"" + version + "\"");
  }

  /** Who is calling, as the audit log names it. */
  Actor actor() {
    return switch (identity.subject()) {
      case Subject.Administrator _ -> Actor.token();
      case Subject.Person person -> Actor.person(person.id());
    };
  }

  /** Which part of a list is wanted. */
  PageRequest page() {
    int limit =
        query("limit")
            .map(
                text -> {
                  if (!text.matches("[0-9]{1,6}")) {
                    throw Refusal.badRequest(
                        "limit: not a number (expected: 1 to " + PageRequest.MAX_LIMIT + ")");
                  }
                  return Integer.parseInt(text);
                })
            .orElse(PageRequest.DEFAULT_LIMIT);
    return new PageRequest(query("after", MAX_CURSOR), limit);
  }

  /** Answers with a part of a list, and with where the next is. */
  HttpResponse page(Page<?> page) {
    if (page.next().isEmpty()) {
      return start.json.answer(HttpStatus.OK, page);
    }
    QueryParamsBuilder query = start.context.queryParams().toBuilder();
    query.set("after", page.next().get());
    String link =
        "<" + start.context.path() + "?" + query.build().toQueryString() + ">; rel=\"next\"";
    return start.json.answer(HttpStatus.OK, page, new Json.Header(HttpHeaderNames.LINK, link));
  }

  /** Who is calling, as the authority knows it. */
  Subject subject() {
    return identity.subject();
  }
}
