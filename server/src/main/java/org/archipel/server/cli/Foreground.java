package org.archipel.server.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.archipel.server.Site;
import org.archipel.server.config.Quantities;

/** Keeps sites running in the foreground until SIGTERM or Ctrl-C, then ends them in good order. */
final class Foreground {
  /** How long the greeting waits to tell how the engines are; the site serves meanwhile. */
  private static final Duration FIRST_PROBES = Duration.ofSeconds(2);

  private Foreground() {}

  /** What runs until it is told to end. */
  interface Running {
    /** What is said once it runs. */
    List<String> greeting() throws InterruptedException;

    /** How long running requests may go on when it ends. */
    Duration grace();

    /** Called once, after the greeting was said; does not block. */
    default void greeted() {}

    /** Ends it in good order. */
    void end();
  }

  /** Greets and returns once the site was ended. */
  static void run(Shell shell, Site site, Greeting greeting) {
    run(
        shell,
        new Running() {
          @Override
          public List<String> greeting() throws InterruptedException {
            site.awaitFirstProbes(FIRST_PROBES);
            return greeting.lines();
          }

          @Override
          public Duration grace() {
            return site.config().limits().shutdown().grace();
          }

          @Override
          public void end() {
            site.close();
          }
        });
  }

  /** Greets and returns once all was ended. */
  static void run(Shell shell, Running running) {
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
      running.greeting().forEach(shell.output()::line);
      running.greeted();
      asked.await();
      shell
          .output()
          .err()
          .println(
              "archipel: stopping; running requests have " + Quantities.write(running.grace()));
      running.end();
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
