package org.archipel.federation.adverts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.archipel.federation.exchange.PeerException;
import org.archipel.federation.trust.DistrustException;
import org.archipel.federation.trust.Partner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to one partner for as long as it is trusted, on a virtual thread of its own; comes back
 * after a break, later each time. Thread-safe.
 */
final class AdvertStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdvertStream.class);
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  /** A stream without a line for so long is cut: lines come each second. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(8);

  /** What a line may say of its time beyond what was measured, before it is not believed. */
  private static final long LATE_MILLIS = 5_000;

  private static final long EARLY_MILLIS = 2_000;
  private static final PeerPicture NOTHING =
      new PeerPicture(-1, Map.of(), OptionalInt.empty(), Long.MIN_VALUE);

  private final Partner partner;
  private final AdvertParts parts;
  private final SplittableRandom random;
  private final Thread thread;
  private volatile PeerPicture picture = NOTHING;
  private volatile Optional<PeerClock> measured = Optional.empty();
  private volatile Optional<InputStream> stream = Optional.empty();
  private volatile long heardNanos;
  private volatile String trouble = "";
  private volatile boolean ended;

  /** Begins to listen. */
  AdvertStream(Partner partner, AdvertParts parts, SplittableRandom random) {
    this.partner = partner;
    this.parts = parts;
    this.random = random;
    this.thread = Thread.ofVirtual().name("adverts of " + partner.siteId()).start(this::run);
  }

  Partner partner() {
    return partner;
  }

  /** What was heard last; stale ones are told by their time. */
  PeerPicture picture() {
    return picture;
  }

  Optional<PeerClock> measured() {
    return measured;
  }

  /** What keeps this site from hearing the partner; empty while it does. */
  String trouble() {
    return trouble;
  }

  void measured(PeerClock clock) {
    measured = Optional.of(clock);
  }

  private void run() {
    long pause = FIRST_PAUSE_MILLIS;
    while (!ended) {
      long before = picture.number();
      try {
        listen();
        trouble = "the partner ended the stream";
      } catch (IOException | PeerException | AdvertException | DistrustException e) {
        if (!ended) {
          trouble = String.valueOf(e.getMessage());
          LOG.debug("adverts of {}: {}", partner.siteId(), trouble);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      pause = picture.number() > before ? FIRST_PAUSE_MILLIS : pause;
      if (!pause(pause / 2 + random.nextLong(pause))) {
        return;
      }
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }

  private boolean pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
      return !ended;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void listen() throws IOException, PeerException, AdvertException, InterruptedException {
    heardNanos = parts.nanos().getAsLong();
    try (InputStream in = parts.client().stream(partner, AdvertDesk.PATH)) {
      stream = Optional.of(in);
      LineReader lines = new LineReader(in);
      greeted(lines);
      PeerPicture now = new PeerPicture(-1, Map.of(), OptionalInt.empty(), Long.MIN_VALUE);
      while (!ended && lines.next()) {
        byte[] line = lines.line();
        Advert advert = AdvertReader.read(line, line.length);
        heardNanos = parts.nanos().getAsLong();
        now = now.with(advert, fresh(advert));
        advert.tariffs().ifPresent(all -> parts.tariffs().heard(partner.siteId(), all));
        picture = now;
        trouble = "";
      }
    } finally {
      stream = Optional.empty();
    }
  }

  /** The other end is the partner, and speaks to this site now. */
  private void greeted(LineReader lines) throws IOException, AdvertException {
    if (!lines.next()) {
      throw new AdvertException("no greeting");
    }
    String signed = new String(lines.line(), StandardCharsets.US_ASCII);
    Partner speaker =
        parts.trust().verify(signed, AdvertDesk.TYP, parts.identity().entityId()).partner();
    if (!speaker.entityId().equals(partner.entityId())) {
      throw new AdvertException("the greeting of another site");
    }
  }

  /**
   * When what a line says was true. Lines that a link held back come late, and one that is of the
   * future is of a clock that was set: neither makes the picture fresh.
   */
  private long fresh(Advert advert) {
    long nanos = parts.nanos().getAsLong();
    Optional<PeerClock> clock = measured;
    if (clock.isEmpty()) {
      return picture.freshNanos();
    }
    long late = parts.clock().millis() + clock.get().aheadMillis() - advert.atMillis();
    if (late > LATE_MILLIS || late < -EARLY_MILLIS) {
      return picture.freshNanos();
    }
    return nanos - TimeUnit.MILLISECONDS.toNanos(Math.max(0, late));
  }

  /** Cuts a stream that has fallen silent. */
  void sweep() {
    boolean silent = parts.nanos().getAsLong() - heardNanos > SILENCE_NANOS;
    Optional<InputStream> open = stream;
    if (silent && open.isPresent()) {
      closeQuietly(open.get());
    }
  }

  private static void closeQuietly(InputStream open) {
    try {
      open.close();
    } catch (IOException e) {
      LOG.trace("a stream was closed before", e);
    }
  }

  @Override
  public void close() {
    ended = true;
    picture = NOTHING;
    stream.ifPresent(AdvertStream::closeQuietly);
    thread.interrupt();
  }
}
