package org.archipel.relay;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.PrioritySense;

/**
 * An engine as the hot path needs it: everything that is the same for each request, made once.
 *
 * @param model the model's id here
 * @param upstreamModel the model's name there
 * @param address where to connect; a name is resolved at each connection
 * @param tls how to speak TLS, for https
 * @param basePath what stands before {@code /v1} in the engine's URL
 * @param fixedHeaders header lines for each request: host and authorization
 * @param priority how it reads the field of that name in a body
 * @param idHeader the engine's id, for {@code x-archipel-engine}
 * @param site the site's id, when it is another site and no engine
 */
record EngineTarget(
    EngineSpec spec,
    String model,
    String upstreamModel,
    InetSocketAddress address,
    Optional<SslContext> tls,
    String basePath,
    byte[] fixedHeaders,
    PrioritySense priority,
    AsciiString idHeader,
    Optional<String> site) {

  /**
   * Prepares an engine.
   *
   * @throws SSLException when its certificate authorities cannot be read
   */
  static EngineTarget of(String model, EngineSpec spec, PrioritySense priority)
      throws SSLException {
    boolean https = "https".equals(spec.url().getScheme());
    int port = spec.url().getPort() >= 0 ? spec.url().getPort() : https ? 443 : 80;
    String headers =
        "host: "
            + spec.url().getRawAuthority()
            + "\r\n"
            + spec.apiKey().map(key -> "authorization: Bearer " + key + "\r\n").orElse("");
    String path = Optional.ofNullable(spec.url().getRawPath()).orElse("");
    return new EngineTarget(
        spec,
        model,
        spec.upstreamModel().orElse(model),
        address(spec.url().getHost(), port),
        https ? Optional.of(tls(spec)) : Optional.empty(),
        path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
        headers.getBytes(StandardCharsets.ISO_8859_1),
        priority,
        AsciiString.of(spec.id()),
        Optional.empty());
  }

  /** The same, as another site. */
  EngineTarget at(String id) {
    return new EngineTarget(
        spec,
        model,
        upstreamModel,
        address,
        tls,
        basePath,
        fixedHeaders,
        priority,
        idHeader,
        Optional.of(id));
  }

  private static InetSocketAddress address(String host, int port) {
    String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    byte[] address = NetUtil.createByteArrayFromIpAddressString(literal);
    if (address == null) {
      return InetSocketAddress.createUnresolved(host, port);
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of the right length is an address", e);
    }
  }

  private static SslContext tls(EngineSpec spec) throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
    spec.caCertificates().ifPresent(file -> builder.trustManager(file.toFile()));
    return builder.build();
  }

  @Override
  public String toString() {
    return "EngineTarget[" + spec.id() + "]";
  }
}
