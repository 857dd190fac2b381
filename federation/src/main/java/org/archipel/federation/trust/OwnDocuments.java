package org.archipel.federation.trust;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.archipel.federation.http.PublicAnswer;
import org.archipel.federation.http.PublicRequest;
import org.archipel.federation.http.PublicRoutes;
import org.archipel.federation.http.PublicStream;

/**
 * Documents of which some are this site's own: an anchor that is a site too must not need its own
 * public address to be reachable from within. Thread-safe.
 */
final class OwnDocuments implements Documents {
  private final String entityId;
  private final PublicRoutes own;
  private final Documents others;

  OwnDocuments(String entityId, PublicRoutes own, Documents others) {
    this.entityId = entityId;
    this.own = own;
    this.others = others;
  }

  @Override
  public String get(URI uri, String contentType, Duration limit) throws InterruptedException {
    return isOwn(uri) ? answer("GET", uri, new byte[0]) : others.get(uri, contentType, limit);
  }

  @Override
  public String post(URI uri, String form, String contentType) throws InterruptedException {
    return isOwn(uri)
        ? answer("POST", uri, form.getBytes(StandardCharsets.UTF_8))
        : others.post(uri, form, contentType);
  }

  private boolean isOwn(URI uri) {
    return uri.toString().startsWith(entityId + "/");
  }

  private String answer(String method, URI uri, byte[] body) throws InterruptedException {
    String base = URI.create(entityId).getRawPath();
    String path = uri.getRawPath().substring(base.length());
    String query = Optional.ofNullable(uri.getRawQuery()).orElse("");
    Taken taken = new Taken();
    try {
      var route = own.route(method, path);
      if (route.isPresent()) {
        route.get().serve(new PublicRequest(method, path, query, Map.of(), body), taken);
      }
    } catch (IOException e) {
      throw new DistrustException(Distrust.UNREACHABLE, "this site itself", e);
    }
    return Optional.ofNullable(taken.text.get())
        .orElseThrow(() -> new DistrustException(Distrust.NOT_FOUND, "this site itself"));
  }

  private static final class Taken implements PublicAnswer {
    private final AtomicReference<String> text = new AtomicReference<>();

    @Override
    public void respond(int status, String contentType, byte[] body) {
      if (status == 200) {
        text.set(new String(body, StandardCharsets.UTF_8));
      }
    }

    @Override
    public PublicStream stream(String contentType) {
      throw new IllegalStateException("a document is no stream");
    }

    @Override
    public boolean closed() {
      return false;
    }
  }
}
