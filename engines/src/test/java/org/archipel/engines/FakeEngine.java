package org.archipel.engines;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * A real HTTP server that answers as an engine does; can be stopped and started again at the same
 * port, and its answers changed while it runs.
 */
final class FakeEngine implements AutoCloseable {
  /** What a vLLM at rest says, as far as anybody here reads it. */
  static final String METRICS =
      """
      # HELP vllm:num_requests_running Number of requests in model execution batches.
      # TYPE vllm:num_requests_running gauge
      vllm:num_requests_running{engine="0",model_name="m"} 0.0
      # TYPE vllm:num_requests_waiting gauge
      vllm:num_requests_waiting{engine="0",model_name="m"} 0.0
      # TYPE vllm:cache_config_info gauge
      vllm:cache_config_info{block_size="16",cache_dtype="auto",engine="0",num_gpu_blocks="27500"} 1.0
      """;

  private record Reply(int status, String body) {}

  private final Map<String, Reply> replies = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Optional<SSLContext> tls;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean silent;
  private volatile Optional<String> key = Optional.empty();
  private Optional<HttpServer> server = Optional.empty();
  private int port;

  FakeEngine() {
    this(Optional.empty());
  }

  FakeEngine(Optional<SSLContext> tls) {
    this.tls = tls;
    start();
  }

  static FakeEngine vllm(String model, int maxModelLen, String version) {
    return new FakeEngine().asVllm(model, maxModelLen, version);
  }

  FakeEngine asVllm(String model, int maxModelLen, String version) {
    return on("/health", 200, "")
        .on("/version", 200, "{\"version\":\"" + version + "\"}")
        .on("/metrics", 200, METRICS)
        .on(
            "/v1/models",
            200,
            """
            {"object":"list","data":[{"id":"%s","object":"model","owned_by":"vllm",
             "root":"/models/x","max_model_len":%d,"permission":[]}]}\
            """
                .formatted(model, maxModelLen));
  }

  static FakeEngine sglang(String model) {
    return new FakeEngine()
        .on("/health", 200, "")
        .on(
            "/v1/models",
            200,
            """
            {"object":"list","data":[{"id":"%s","owned_by":"sglang","max_model_len":32768}]}\
            """
                .formatted(model))
        .on("/get_model_info", 200, "{\"model_path\":\"/m/x\",\"is_generation\":true}")
        .on(
            "/server_info",
            200,
            """
            {"api_key":"sk-leaked","max_running_requests":null,"version":"0.5.20",
             "internal_states":[{"effective_max_running_requests_per_dp":48},
                                {"effective_max_running_requests_per_dp":48}]}\
            """)
        .on("/metrics", 200, "sglang:num_running_reqs 0\n");
  }

  static FakeEngine llamaCpp(String model) {
    return new FakeEngine()
        .on("/health", 200, "{\"status\":\"ok\"}")
        .on(
            "/v1/models",
            200,
            """
            {"object":"list","models":[{"name":"x"}],"data":[{"id":"%s","owned_by":"llamacpp",
             "meta":{"n_vocab":128256,"n_ctx_train":131072,"n_embd":4096}}]}\
            """
                .formatted(model))
        .on(
            "/props",
            200,
            """
            {"default_generation_settings":{"id":0,"n_ctx":8192},"total_slots":4,
             "model_path":"/models/x.gguf","build_info":"b11139-abc"}\
            """)
        .on("/metrics", 501, "{\"error\":{\"code\":501,\"message\":\"start with --metrics\"}}");
  }

  static FakeEngine ollama() {
    return new FakeEngine()
        .on("/", 200, "Ollama is running")
        .on("/api/version", 200, "{\"version\":\"0.34.3\"}")
        .on("/v1/models", 200, "{\"object\":\"list\",\"data\":null}")
        .on(
            "/api/tags",
            200,
            """
            {"models":[{"name":"llama3:latest","model":"llama3:latest","digest":"d1"},
                       {"name":"nomic-text:v1","model":"nomic-text:v1","digest":"d2"}]}\
            """)
        .on("/api/ps", 200, "{\"models\":[]}")
        .on(
            "/api/show llama3:latest",
            200,
            """
            {"parameters":"stop \\"<|eot|>\\"\\nnum_ctx   4096","capabilities":["completion"],
             "model_info":{"general.architecture":"llama","llama.context_length":8192}}\
            """)
        .on(
            "/api/show nomic-text:v1",
            200,
            """
            {"capabilities":["embedding"],
             "model_info":{"general.architecture":"bert","bert.context_length":2048}}\
            """);
  }

  static FakeEngine openAi(String modelEntry) {
    return new FakeEngine()
        .on("/v1/models", 200, "{\"object\":\"list\",\"data\":[" + modelEntry + "]}");
  }

  FakeEngine on(String path, int status, String body) {
    replies.put(path, new Reply(status, body));
    return this;
  }

  FakeEngine without(String path) {
    replies.remove(path);
    return this;
  }

  /** From now on connections are accepted and requests read, and nothing ever answered. */
  FakeEngine silent(boolean nothingComes) {
    silent = nothingComes;
    return this;
  }

  FakeEngine requiringKey(String required) {
    key = Optional.of(required);
    return this;
  }

  URI url() {
    return URI.create((tls.isPresent() ? "https" : "http") + "://127.0.0.1:" + port);
  }

  /** The paths asked so far, in order. */
  List<String> asked() {
    return asked;
  }

  void start() {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      HttpServer started;
      if (tls.isPresent()) {
        HttpsServer secure = HttpsServer.create(address, 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
        started = secure;
      } else {
        started = HttpServer.create(address, 0);
      }
      started.setExecutor(threads);
      started.createContext("/", this::answer);
      started.start();
      port = started.getAddress().getPort();
      server = Optional.of(started);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stop() {
    server.ifPresent(running -> running.stop(0));
    server = Optional.empty();
  }

  @Override
  public void close() {
    closing.countDown();
    stop();
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(path);
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (silent) {
      awaitClosing();
      return;
    }
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (key.isPresent() && !("Bearer " + key.get()).equals(authorization)) {
      send(exchange, new Reply(401, "{\"error\":\"Unauthorized\"}"));
      return;
    }
    if (path.equals("/api/show")) {
      path = path + " " + body.replaceAll(".*\"model\":\"([^\"]*)\".*", "$1");
    }
    send(exchange, replies.getOrDefault(path, new Reply(404, "{\"detail\":\"Not Found\"}")));
  }

  private void awaitClosing() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
    if (reply.status() >= 300 && reply.status() < 400) {
      exchange.getResponseHeaders().set("Location", reply.body());
    }
    exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
    try (exchange) {
      exchange.getResponseBody().write(bytes);
    }
  }
}
