package org.archipel.control;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.Optional;
import java.util.Set;

/** One request of the API, complete with its body. */
record Call(ServiceRequestContext context, AggregatedHttpRequest request, Json json) {
  private static final int MAX_PARAMETER = 200;

  /** A part of the path. */
  String path(String name) {
    return Optional.ofNullable(context.pathParam(name)).orElse("");
  }

  /** A query parameter, if it is there. Blank is absent: forms send empty fields. */
  Optional<String> query(String name) {
    Optional<String> value =
        Optional.ofNullable(context.queryParam(name)).filter(text -> !text.isBlank());
    if (value.isPresent() && value.get().length() > MAX_PARAMETER) {
      throw Refusal.badRequest(
          name + ": " + value.get().length() + " characters (expected: <= " + MAX_PARAMETER + ")");
    }
    return value;
  }

  /** Refuses parameters that nobody reads: a typing error must not widen an answer. */
  void expectOnly(Set<String> names) {
    for (String name : context.queryParams().names()) {
      if (!names.contains(name)) {
        throw Refusal.badRequest(
            "unknown parameter (expected: any of " + String.join(", ", names) + ")");
      }
    }
  }

  <T> T body(Class<T> type) {
    return json.read(request.content(), type);
  }

  /** Whether the caller asks for this kind of answer by name. */
  boolean accepts(String mediaType) {
    return request.headers().get(HttpHeaderNames.ACCEPT, "").contains(mediaType);
  }
}
