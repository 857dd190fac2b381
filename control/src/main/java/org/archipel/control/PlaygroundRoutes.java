package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.SessionProtocol;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Person;
import org.archipel.directory.access.Subject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a model in the browser: the request goes to this site's own inference API as everybody's
 * does, with a key for this one request, on behalf of a project. So limits, prices, order and
 * accounts are the project's, and nothing of the talk is kept. The answer streams through as it
 * comes; a browser that leaves ends the request.
 */
final class PlaygroundRoutes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlaygroundRoutes.class);
  private static final List<AsciiString> SHOWN =
      List.of(
          HttpHeaderNames.CONTENT_TYPE,
          HttpHeaderNames.RETRY_AFTER,
          AsciiString.cached("x-request-id"),
          AsciiString.cached("x-archipel-site"),
          AsciiString.cached("x-archipel-engine"),
          AsciiString.cached("x-archipel-queue-ms"));

  private final SiteState state;
  private final AccessParts access;
  private final ConsoleParts console;
  private Optional<ClientFactory> connections = Optional.empty();

  PlaygroundRoutes(SiteState state, AccessParts access, ConsoleParts console) {
    this.state = state;
    this.access = access;
    this.console = console;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.post(
                "/api/v1/organizations/{organization}/projects/{project}/chat",
                "tryModel",
                "A chat completion on behalf of a project, as POST /v1/chat/completions answers")
            .path("organization", "The organization's name")
            .path("project", "The project's name")
            .needs(Action.PLAYGROUND, Concern.PROJECT)
            .takes(Chat.class)
            .alsoAs("text/event-stream"),
        this::chat);
  }

  private HttpResponse chat(Call call) {
    if (!state.ready()) {
      throw new Refusal(Problem.Kind.UNAVAILABLE, "the site takes no requests now");
    }
    Optional<String> person =
        switch (call.subject()) {
          case Subject.Administrator _ -> Optional.empty();
          case Subject.Person who -> access.persons().find(who.id()).map(Person::pseudonym);
        };
    String key = console.keys().issue(call.path("organization"), call.path("project"), person);
    RequestHeaders headers =
        RequestHeaders.builder(HttpMethod.POST, "/v1/chat/completions")
            .contentType(MediaType.JSON)
            .set(HttpHeaderNames.AUTHORIZATION, "Bearer " + key)
            .set("x-archipel-class", "interactive")
            .build();
    // Long answers are what it is for: the relay has the limits.
    call.context().clearRequestTimeout();
    return client()
        .execute(headers, call.request().content())
        .mapHeaders(PlaygroundRoutes::shown)
        .recover(failure -> unreachable(call, failure));
  }

  private static ResponseHeaders shown(ResponseHeaders all) {
    ResponseHeadersBuilder shown =
        ResponseHeaders.builder(all.status())
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff");
    for (AsciiString name : SHOWN) {
      Optional.ofNullable(all.get(name)).ifPresent(value -> shown.set(name, value));
    }
    return shown.build();
  }

  private static HttpResponse unreachable(Call call, Throwable failure) {
    LOG.warn("the playground could not reach this site's API: {}", failure.toString());
    return call.json()
        .problem(Problem.of(Problem.Kind.UNAVAILABLE, "the inference API cannot be reached now"));
  }

  /** Where the API listens is known only once it does; making a client costs next to nothing. */
  private WebClient client() {
    InetSocketAddress api = state.api();
    boolean everywhere = api.getAddress() != null && api.getAddress().isAnyLocalAddress();
    String host = everywhere ? "127.0.0.1" : api.getHostString();
    String authority = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + api.getPort();
    return WebClient.builder(SessionProtocol.H1C.uriText() + "://" + authority)
        .factory(connections())
        .responseTimeoutMillis(0)
        .maxResponseLength(0)
        .build();
  }

  /** Most sites start without anybody trying a model: what it needs is made when it is needed. */
  private synchronized ClientFactory connections() {
    ClientFactory made =
        connections.orElseGet(
            () ->
                ClientFactory.builder()
                    .workerGroup(new PromptLoops("control-playground"), true)
                    .build());
    connections = Optional.of(made);
    return made;
  }

  @Override
  public synchronized void close() {
    connections.ifPresent(ClientFactory::close);
    connections = Optional.empty();
  }

  /** What the inference API takes; it is passed on as it is. */
  private record Chat(
      String model,
      @JsonPropertyDescription("role and content, as OpenAI has them")
          List<Map<String, Object>> messages,
      Optional<Boolean> stream,
      Optional<Double> temperature,
      @JsonPropertyDescription("the longest answer, in tokens") Optional<Integer> maxTokens) {}
}
