package org.archipel.control;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * Serves the console: files of it to everybody, since they hold nothing but the program, and one
 * page under all paths of its pages. What the page may do is as little as it needs: scripts and
 * styles of this listener, talk to this listener, and be in nobody's frame.
 */
final class ConsoleRoutes {
  private static final String NONCE = "__NONCE__";
  private static final int NONCE_BYTES = 18;
  private static final String FOREVER = "public, max-age=31536000, immutable";
  private static final String ASK_AGAIN = "no-cache";

  /** Styles that the application makes while it runs carry the page's nonce. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-"
          + NONCE
          + "'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self';"
          + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

  private static final String NO_CONSOLE =
      "This build of Archipel has no console. The API is described at /api/openapi.json.\n";

  private final Optional<ConsoleFiles> console;
  private final SecureRandom random;

  ConsoleRoutes(Optional<ConsoleFiles> console, SecureRandom random) {
    this.console = console;
    this.random = random;
  }

  void addTo(ServerBuilder server) {
    if (console.isEmpty()) {
      add(server, "/", (_, _) -> HttpResponse.of(NO_CONSOLE));
      return;
    }
    ConsoleFiles files = console.get();
    HttpService page = (_, _) -> page(files);
    add(server, "/", page);
    for (String first : files.pages()) {
      add(server, "/" + first, page);
      add(server, "glob:/" + first + "/**", page);
    }
    for (String path : files.paths()) {
      add(server, "/" + path, (_, request) -> file(files, path, request));
    }
  }

  private static void add(ServerBuilder server, String path, HttpService service) {
    server.route().path(path).methods(HttpMethod.GET, HttpMethod.HEAD).build(service);
  }

  private HttpResponse page(ConsoleFiles files) {
    byte[] bytes = new byte[NONCE_BYTES];
    random.nextBytes(bytes);
    String nonce = Base64.getEncoder().encodeToString(bytes);
    String html = new String(files.page(), StandardCharsets.UTF_8).replace(NONCE, nonce);
    ResponseHeaders headers =
        guarded(HttpStatus.OK, MediaType.HTML_UTF_8)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY.replace(NONCE, nonce))
            .set(HttpHeaderNames.X_FRAME_OPTIONS, "DENY")
            .set("cross-origin-opener-policy", "same-origin")
            .set("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()")
            .build();
    return HttpResponse.of(headers, HttpData.ofUtf8(html));
  }

  private static HttpResponse file(ConsoleFiles files, String path, HttpRequest request) {
    String accepted = request.headers().get(HttpHeaderNames.ACCEPT_ENCODING, "");
    ConsoleFiles.Content content = files.find(path, accepted).orElseThrow();
    ResponseHeadersBuilder headers =
        guarded(HttpStatus.OK, MediaType.parse(content.entry().type()))
            .set(HttpHeaderNames.CACHE_CONTROL, content.entry().hashed() ? FOREVER : ASK_AGAIN)
            .set(HttpHeaderNames.VARY, "accept-encoding");
    content.encoding().ifPresent(word -> headers.set(HttpHeaderNames.CONTENT_ENCODING, word));
    return HttpResponse.of(headers.build(), HttpData.wrap(content.bytes()));
  }

  private static ResponseHeadersBuilder guarded(HttpStatus status, MediaType type) {
    return ResponseHeaders.builder(status)
        .contentType(type)
        .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
        .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
        .set("cross-origin-resource-policy", "same-origin");
  }
}
