package org.archipel.federation.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.archipel.federation.trust.Partner;

/**
 * Calls partners, with an introduction each time. Follows no redirect; answers are bounded in size
 * and time. Thread-safe; all methods block.
 */
public final class PeerClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private final Introductions introductions;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  public PeerClient(Introductions introductions) {
    this.introductions = introductions;
  }

  /**
   * Gets a whole answer.
   *
   * @param path absolute
   * @param query without its question mark; empty for none
   * @param most how many bytes the answer may have
   */
  public byte[] get(Partner partner, String path, String query, int most)
      throws PeerException, InterruptedException {
    return whole(request(partner, path, query).GET().timeout(ANSWER).build(), most);
  }

  /** Gets a whole answer that anybody may have, without an introduction. */
  public byte[] open(Partner partner, String path, int most)
      throws PeerException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(partner.entityId() + path)).timeout(ANSWER).build();
    return whole(request, most);
  }

  /** Sends a document and gets a whole answer. */
  public byte[] post(Partner partner, String path, String contentType, byte[] body, int most)
      throws PeerException, InterruptedException {
    HttpRequest request =
        request(partner, path, "")
            .header("content-type", contentType)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .timeout(ANSWER)
            .build();
    return whole(request, most);
  }

  /** Opens a stream, which the caller closes. It begins in time; how it goes on is not bounded. */
  public InputStream stream(Partner partner, String path)
      throws PeerException, InterruptedException {
    HttpRequest request = request(partner, path, "").GET().timeout(ANSWER).build();
    return answered(request);
  }

  private HttpRequest.Builder request(Partner partner, String path, String query) {
    String target = partner.entityId() + path + (query.isEmpty() ? "" : "?" + query);
    return HttpRequest.newBuilder(URI.create(target))
        .header("authorization", introductions.to(partner, path));
  }

  private byte[] whole(HttpRequest request, int most) throws PeerException, InterruptedException {
    try (InputStream body = answered(request)) {
      byte[] bytes = body.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new PeerException("the answer is too large (expected: " + most + " bytes)", 0);
      }
      return bytes;
    } catch (IOException e) {
      throw new PeerException("the answer broke off: " + e.getMessage(), 0);
    }
  }

  private InputStream answered(HttpRequest request) throws PeerException, InterruptedException {
    try {
      HttpResponse<InputStream> answer =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      if (answer.statusCode() != 200) {
        answer.body().close();
        throw new PeerException("status " + answer.statusCode(), answer.statusCode());
      }
      return answer.body();
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new PeerException("cannot be reached: " + why, 0);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
