package org.archipel.server.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.archipel.server.Site;
import org.archipel.server.config.Quantities;

/** Keeps a site running in the foreground until SIGTERM or Ctrl-C, then ends it in good order. */
final class Foreground {
  /** How long the greeting waits to tell how the engines are; the site serves meanwhile. */
  private static final Duration FIRST_PROBES = Duration.ofSeconds(2);

  private Foreground() {}

  /** Greets and returns once the site was ended. */
  static void run(Shell shell, Site site, Greeting greeting) {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  asked.countDown();
                  awaitEnd(ended);
                },
                "archipel-stop"));
    try {
      site.awaitFirstProbes(FIRST_PROBES);
      greeting.lines().forEach(shell.output()::line);
      asked.await();
      Duration grace = site.config().limits().shutdown().grace();
      shell
          .output()
          .err()
          .println("archipel: stopping; running requests have " + Quantities.write(grace));
      site.close();
      shell.output().err().println("archipel: stopped");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  /** The process ends when its hooks have: this one lets the main thread close the site first. */
  private static void awaitEnd(CountDownLatch ended) {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
