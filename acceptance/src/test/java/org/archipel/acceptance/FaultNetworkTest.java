package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the fault tests rely on: each fault does what it says, and healing undoes it. */
final class FaultNetworkTest {
  private static final int SILENCE_MILLIS = 200;
  private static final int PATIENCE_MILLIS = 5_000;

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private FaultNetwork network;
  private ServerSocket lille;
  private Socket socket;

  /** Lille sends back what it gets. */
  @BeforeEach
  void lay() throws IOException {
    network = FaultNetwork.between(folder, List.of("rennes", "lille"), 1);
    lille = new ServerSocket();
    lille.setReuseAddress(true);
    lille.bind(address(network.listen("lille")));
    threads.execute(
        () -> {
          try {
            while (true) {
              Socket accepted = lille.accept();
              threads.execute(() -> echo(accepted));
            }
          } catch (IOException e) {
            assertThat(lille.isClosed()).isTrue();
          }
        });
    socket = connect();
  }

  @AfterEach
  void end() throws IOException {
    socket.close();
    lille.close();
    network.close();
    threads.shutdownNow();
  }

  private static void echo(Socket accepted) {
    try (accepted) {
      accepted.getInputStream().transferTo(accepted.getOutputStream());
    } catch (IOException e) {
      assertThat(e).isInstanceOf(SocketException.class);
    }
  }

  private static InetSocketAddress address(String text) {
    int colon = text.indexOf(':');
    return new InetSocketAddress(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  /** Where rennes finds lille. */
  private Socket connect() throws IOException {
    String line =
        Files.readAllLines(folder.resolve("rennes.hosts")).stream()
            .filter(entry -> entry.endsWith(" lille.test"))
            .findFirst()
            .orElseThrow();
    Socket made = new Socket();
    int port = network.entity("lille").getPort();
    made.connect(new InetSocketAddress(line.substring(0, line.indexOf(' ')), port), 1_000);
    return made;
  }

  private void send(int value) throws IOException {
    socket.getOutputStream().write(value);
  }

  private int receive(int limitMillis) throws IOException {
    socket.setSoTimeout(limitMillis);
    InputStream in = socket.getInputStream();
    return in.read();
  }

  private void assertSilent() {
    assertThatThrownBy(() -> receive(SILENCE_MILLIS)).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void whatIsSentDuringACutArrivesAfterIt() throws IOException {
    send(1);
    assertThat(receive(PATIENCE_MILLIS)).isEqualTo(1);
    network.cut("rennes", "lille");
    send(2);
    assertSilent();
    network.heal();
    assertThat(receive(PATIENCE_MILLIS)).isEqualTo(2);
  }

  @Test
  void aCutOneWayStopsOnlyTheAnswers() throws IOException {
    network.cutOneWay("lille", "rennes");
    send(1);
    assertSilent();
    network.heal();
    assertThat(receive(PATIENCE_MILLIS)).isEqualTo(1);
  }

  @Test
  void aDelayIsThatOfBothWays() throws IOException {
    network.delay("rennes", "lille", Duration.ofMillis(200));
    long began = System.nanoTime();
    send(1);
    send(2);
    assertThat(receive(PATIENCE_MILLIS)).isEqualTo(1);
    assertThat(receive(PATIENCE_MILLIS)).isEqualTo(2);
    long millis = (System.nanoTime() - began) / 1_000_000;
    assertThat(millis).as("on their way together").isBetween(400L, 780L);
  }

  @Test
  void aLossIsAStallThatKeepsTheOrder() throws IOException {
    network.lose("rennes", "lille", 1);
    long began = System.nanoTime();
    send(1);
    send(2);
    assertThat(receive(PATIENCE_MILLIS)).isEqualTo(1);
    assertThat(receive(PATIENCE_MILLIS)).isEqualTo(2);
    assertThat(System.nanoTime() - began).isGreaterThan(Duration.ofMillis(600).toNanos());
  }

  @Test
  void aResetBreaksWhatIsOpenAndLetsNewOnesIn() throws IOException {
    send(1);
    assertThat(receive(PATIENCE_MILLIS)).isEqualTo(1);
    network.reset("rennes", "lille");
    assertThatThrownBy(() -> receive(PATIENCE_MILLIS)).isInstanceOf(SocketException.class);
    socket = connect();
    send(2);
    assertThat(receive(PATIENCE_MILLIS)).isEqualTo(2);
  }

  @Test
  void aNewConnectionDuringACutMeetsSilence() throws IOException {
    network.cut("rennes", "lille");
    socket.close();
    socket = connect();
    send(1);
    assertSilent();
    network.heal();
    assertThat(receive(PATIENCE_MILLIS)).isEqualTo(1);
  }

  @Test
  void whereNobodyListensCallersAreToldSo() throws IOException {
    socket.close();
    lille.close();
    socket = connect();
    assertThatThrownBy(
            () -> {
              send(1);
              int got = receive(PATIENCE_MILLIS);
              throw new SocketException("ended with " + got);
            })
        .isInstanceOf(SocketException.class)
        .hasMessageNotContaining("ended with 1");
  }
}
