package org.archipel.engines;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The HTTP clients of probes: one for the system's authorities and one per file of authorities.
 * HTTP/1.1 only, because engines behind uvicorn lose the body of a request that offers h2c; no
 * redirects, so that an API key goes nowhere but to the engine. Thread-safe.
 */
final class EngineHttp implements AutoCloseable {
  /** How many bytes of an answer are read. */
  static final int BODY_LIMIT = 1 << 20;

  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private record Trusting(FileTime modified, HttpClient client) {}

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient systemTrust = builder().build();
  private final Map<Path, Trusting> byAuthorities = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** A conversation with one engine that is over after {@code limit}. */
  EngineSession open(
      URI base, Optional<String> apiKey, Optional<Path> caCertificates, Duration limit)
      throws EngineProblemException {
    HttpClient client = caCertificates.isEmpty() ? systemTrust : trusting(caCertificates.get());
    return new EngineSession(client, base, apiKey, Deadline.in(limit));
  }

  private HttpClient trusting(Path pem) throws EngineProblemException {
    lock.lock();
    try {
      FileTime modified = Files.getLastModifiedTime(pem);
      Trusting known = byAuthorities.get(pem);
      // The file is read again when it changes: authorities rotate while we run.
      if (known == null || !known.modified().equals(modified)) {
        Trusting fresh = new Trusting(modified, builder().sslContext(context(pem)).build());
        byAuthorities.put(pem, fresh);
        if (known != null) {
          known.client().shutdown();
        }
        known = fresh;
      }
      return known.client();
    } catch (IOException | GeneralSecurityException e) {
      throw new EngineProblemException(
          "ca_certificates: " + pem + " cannot be read",
          "expected: a readable PEM file with at least one certificate",
          false);
    } finally {
      lock.unlock();
    }
  }

  private HttpClient.Builder builder() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT_TIMEOUT)
        .executor(threads);
  }

  private static SSLContext context(Path pem) throws IOException, GeneralSecurityException {
    KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
    authorities.load(null, null);
    try (InputStream in = Files.newInputStream(pem)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw new IOException("no certificate");
      }
      int number = 0;
      for (Certificate certificate : certificates) {
        authorities.setCertificateEntry("ca-" + number++, certificate);
      }
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** Ends all clients; requests under way fail. */
  @Override
  public void close() {
    lock.lock();
    try {
      systemTrust.shutdownNow();
      byAuthorities.values().forEach(trusting -> trusting.client().shutdownNow());
    } finally {
      lock.unlock();
    }
    threads.shutdown();
  }
}
