package org.archipel.server.federation;

import java.io.IOException;
import java.util.Optional;
import org.archipel.federation.http.PublicAnswer;
import org.archipel.federation.http.PublicRequest;
import org.archipel.federation.http.PublicRoute;
import org.archipel.federation.http.PublicRoutes;
import org.archipel.federation.http.PublicStream;
import org.archipel.relay.SideAnswer;
import org.archipel.relay.SideRequest;
import org.archipel.relay.SideRoute;
import org.archipel.relay.SideRoutes;
import org.archipel.relay.SideStream;

/** The federation's routes on the listener of the inference API. Thread-safe. */
public final class FederationSide implements SideRoutes {
  private final PublicRoutes routes;

  public FederationSide(PublicRoutes routes) {
    this.routes = routes;
  }

  @Override
  public Optional<SideRoute> route(String method, String path) {
    return routes.route(method, path).map(FederationSide::joined);
  }

  private static SideRoute joined(PublicRoute route) {
    return (request, answer) -> route.serve(asked(request), new Answer(answer));
  }

  private static PublicRequest asked(SideRequest request) {
    return new PublicRequest(
        request.method(), request.path(), request.query(), request.headers(), request.body());
  }

  private record Answer(SideAnswer to) implements PublicAnswer {
    @Override
    public void respond(int status, String contentType, byte[] body) {
      to.respond(status, contentType, body);
    }

    @Override
    public PublicStream stream(String contentType) {
      return new Stream(to.stream(contentType));
    }

    @Override
    public boolean closed() {
      return to.closed();
    }
  }

  private record Stream(SideStream to) implements PublicStream {
    @Override
    public void write(byte[] bytes) throws IOException, InterruptedException {
      to.write(bytes);
    }

    @Override
    public boolean closed() {
      return to.closed();
    }

    @Override
    public void close() {
      to.close();
    }
  }
}
