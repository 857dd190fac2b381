package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RequestMutatorTest {
  private static final long SEED = Long.getLong("archipel.seed", 20_260_101);
  private static final int MUTANTS = 3_000;
  private static final SdkTarget NOWHERE =
      new SdkTarget(URI.create("http://127.0.0.1:1"), "ark-1-secret", "chat", "embed", "listen");
  private static final String REFUSAL =
      "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

  private final RequestMutator mutator = new RequestMutator(SEED, NOWHERE);

  @Test
  void theSameSeedAndNumberMakeTheSameMutant() {
    RequestMutator again = new RequestMutator(SEED, NOWHERE);
    for (int i = 0; i < 300; i++) {
      Mutant one = mutator.mutant(i);
      assertThat(one.bytes()).as(one.name()).isEqualTo(again.mutant(i).bytes());
      assertThat(one.splits()).isEqualTo(again.mutant(i).splits());
      assertThat(one.name()).contains("seed " + SEED, "number " + i);
    }
    assertThat(mutator.mutant(0).bytes())
        .isNotEqualTo(new RequestMutator(SEED + 1, NOWHERE).mutant(0).bytes());
  }

  @Test
  void everyKindOfMutationComesUp() {
    Set<String> seen =
        IntStream.range(0, MUTANTS)
            .mapToObj(mutator::mutant)
            .map(mutant -> mutant.name().replaceFirst(".*?: (.*) \\(seed.*", "$1"))
            .collect(Collectors.toSet());

    assertThat(seen)
        .contains("bad content length", "deep arrays", "boundary missing", "bytes flipped")
        .contains("3 correct requests in a row", "giant header", "bad UTF-8", "bad chunk")
        .hasSizeGreaterThan(60);
  }

  @Test
  void splitsLieInsideTheBytesInOrder() {
    for (int i = 0; i < MUTANTS; i++) {
      Mutant mutant = mutator.mutant(i);
      int length = mutant.bytes().length;
      assertThat(mutant.splits())
          .as(mutant.name())
          .isSorted()
          .doesNotHaveDuplicates()
          .allMatch(at -> at > 0 && at < length);
    }
  }

  @Test
  void theCorrectRequestsAreCorrect() throws IOException {
    for (BaseRequests.Base base : BaseRequests.of(NOWHERE)) {
      byte[] bytes = base.request().withLength().bytes();
      EngineRequest read = EngineRequest.read(new ByteArrayInputStream(bytes)).orElseThrow();

      assertThat(read.path()).startsWith("/v1/");
      if (base.kind() == BaseRequests.Kind.JSON) {
        assertThat(read.json().path("model").asText()).isNotBlank();
      }
    }
  }

  @Test
  void aServerThatRefusesEverythingPassesWhereRefusingIsAllowed() throws IOException {
    try (Scripted server = new Scripted(REFUSAL)) {
      for (int i = 0; i < 150; i++) {
        Mutant mutant = mutator.mutant(i);
        FuzzVerdict verdict = FuzzVerdict.of(server.url(), mutant);
        if (mutant.expectation() == Mutation.Expectation.SERVED) {
          assertThat(verdict.fault()).as(mutant.name()).isPresent();
        } else {
          assertThat(verdict.fault()).as(mutant.name()).isEmpty();
        }
      }
    }
  }

  @Test
  void aServerThatFailsIsFoundOut() throws IOException {
    assertFault("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "answered 500");
    assertFault("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "closed after 3 bytes");
    assertFault("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".repeat(2), "served 2 requests");
    assertFault("HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", "line without CR");
    assertFault("<html>", "closed within a line");
  }

  @Test
  void aServerThatServesWhatMustBeRefusedIsFoundOut() throws IOException {
    Mutant smuggling =
        IntStream.range(0, MUTANTS)
            .mapToObj(mutator::mutant)
            .filter(mutant -> mutant.name().contains("content length and chunked"))
            .filter(mutant -> mutant.expectation() == Mutation.Expectation.REFUSED)
            .findFirst()
            .orElseThrow();
    try (Scripted server = new Scripted("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
      assertThat(FuzzVerdict.of(server.url(), smuggling).fault().orElseThrow())
          .contains("expected: refused");
    }
  }

  private void assertFault(String answer, String fault) throws IOException {
    Mutant mutant =
        new Mutant("hand-made", Mutation.Expectation.ANY, 1, new byte[] {'x'}, List.of());
    try (Scripted server = new Scripted(answer)) {
      FuzzVerdict verdict = FuzzVerdict.of(server.url(), mutant);
      assertThat(verdict.fault()).as(answer).isPresent();
      assertThat(verdict.fault().orElseThrow()).contains(fault);
    }
  }

  /** Answers the first bytes of every connection with the same text, then closes. */
  private static final class Scripted implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final byte[] answer;

    Scripted(String answer) throws IOException {
      this.answer = answer.getBytes(StandardCharsets.US_ASCII);
      Thread.ofVirtual().start(this::accept);
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    private void accept() {
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          Thread.ofVirtual().start(() -> answer(socket));
        } catch (IOException e) {
          // Closed, which the loop sees.
        }
      }
    }

    private void answer(Socket socket) {
      try (socket) {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        if (in.read() >= 0) {
          out.write(answer);
          socket.shutdownOutput();
          // Without reading the rest, the kernel would answer it with a reset.
          in.transferTo(OutputStream.nullOutputStream());
        }
      } catch (SocketException e) {
        // The client left first.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
