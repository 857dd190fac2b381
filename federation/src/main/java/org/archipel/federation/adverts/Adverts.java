package org.archipel.federation.adverts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.archipel.federation.exchange.Introductions;
import org.archipel.federation.exchange.PartnerRoute;
import org.archipel.federation.http.PublicRoute;
import org.archipel.federation.http.PublicRoutes;
import org.archipel.federation.trust.Partner;
import org.archipel.ledger.Tariff;
import org.archipel.scheduling.ClassOffer;
import org.archipel.scheduling.PeerOffer;
import org.archipel.scheduling.ServiceClass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The adverts of a site: what it tells its partners, and what they told it. Thread-safe; what is
 * asked is answered from memory.
 */
public final class Adverts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Adverts.class);
  private static final String PING = "/federation/ping";
  private static final long PING_SECONDS = 10;
  private static final long TICK_MILLIS = 1000;

  private final AdvertParts parts;
  private final ShareRules rules;
  private final AdvertTicks ticks;
  private final AdvertDesk desk;
  private final PublicRoute route;
  private final SplittableRandom random;
  private final Map<String, AdvertStream> streams = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("adverts").factory());
  private final Runnable subscription;

  /**
   * What this site has to say.
   *
   * @param rules with whom it shares what
   * @param source what it offers now; asked each second
   * @param kinds the kind of an organization, from memory
   */
  public record Own(
      ShareRules rules, Supplier<SiteOffer> source, Function<String, Optional<String>> kinds) {}

  /** Begins to listen to all who are trusted, and to tell those who ask. */
  Adverts(AdvertParts parts, Introductions introductions, Own own, SplittableRandom random) {
    this.parts = parts;
    this.rules = own.rules;
    this.random = random;
    this.ticks = new AdvertTicks(own.source, parts.clock());
    this.desk =
        new AdvertDesk(parts.identity(), parts.trust(), ticks, own.rules, own.kinds, parts.clock());
    this.route = new PartnerRoute(introductions, desk::serve);
    this.subscription = parts.trust().subscribe(this::changed);
    parts.trust().partners().forEach(this::changed);
    var _ = timer.scheduleAtFixedRate(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    var _ =
        timer.scheduleWithFixedDelay(this::measure, PING_SECONDS, PING_SECONDS, TimeUnit.SECONDS);
  }

  /** Begins with the parts that a site has. */
  public static Adverts start(AdvertParts parts, Introductions introductions, Own own, long seed) {
    return new Adverts(parts, introductions, own, new SplittableRandom(seed));
  }

  /** What partners may ask of this site. */
  public PublicRoutes routes() {
    return (method, path) -> {
      if (!method.equals("GET")) {
        return Optional.empty();
      }
      return switch (path) {
        case AdvertDesk.PATH -> Optional.of(route);
        case PING -> Optional.of((_, answer) -> answer.respond(200, "text/plain", time()));
        default -> Optional.empty();
      };
    };
  }

  private byte[] time() {
    return Long.toString(parts.clock().millis()).getBytes(StandardCharsets.US_ASCII);
  }

  private void tick() {
    try {
      ticks.tick();
      streams.values().forEach(AdvertStream::sweep);
    } catch (RuntimeException e) {
      // The next second has to come, or partners would never hear anything again.
      LOG.error("adverts could not be made", e);
    }
  }

  private synchronized void changed(Partner partner) {
    Optional<AdvertStream> known = Optional.ofNullable(streams.get(partner.entityId()));
    if (known.isPresent() && known.get().partner().equals(partner)) {
      return;
    }
    known.ifPresent(AdvertStream::close);
    if (!partner.trusted()) {
      streams.remove(partner.entityId());
      return;
    }
    AdvertStream stream = new AdvertStream(partner, parts, random.split());
    streams.put(partner.entityId(), stream);
    measure(stream);
  }

  private void measure() {
    streams.values().forEach(this::measure);
  }

  private void measure(AdvertStream stream) {
    Thread.startVirtualThread(new PeerMeasuring(stream, parts, PING));
  }

  /**
   * What partners offer for a model of this site, each at most once: by the model of the same id,
   * else one of the same alias, else one that was said to be equivalent.
   *
   * @param owed what this site owes to another by its id, in micro-currency
   */
  public List<PeerOffer> offers(String model, Set<String> aliases, ToLongFunction<String> owed) {
    List<PeerOffer> offers = new ArrayList<>();
    for (AdvertStream stream : streams.values()) {
      PeerPicture picture = stream.picture();
      Optional<PeerClock> clock = stream.measured();
      Optional<String> theirs = theirs(picture, model, aliases);
      if (clock.isPresent() && theirs.isPresent() && picture.freshNanos() != Long.MIN_VALUE) {
        Optional<SiteOffer.Model> offered = Optional.ofNullable(picture.models().get(theirs.get()));
        offered.ifPresent(
            one ->
                offers.add(
                    new PeerOffer(
                        stream.partner().siteId(),
                        theirs.get(),
                        one.room(),
                        stream.partner().labels(),
                        clock.get().roundTripNanos(),
                        picture.freshNanos(),
                        price(stream.partner(), theirs.get()),
                        owed.applyAsLong(stream.partner().siteId()))));
      }
    }
    return offers;
  }

  private Optional<String> theirs(PeerPicture picture, String model, Set<String> aliases) {
    if (picture.models().containsKey(model)) {
      return Optional.of(model);
    }
    return picture.models().entrySet().stream()
        .filter(
            entry ->
                aliases.contains(entry.getKey())
                    || entry.getValue().aliases().contains(model)
                    || rules.equivalent(model, entry.getKey()))
        .map(Map.Entry::getKey)
        .min(Comparator.naturalOrder());
  }

  /** Whether a model of a site may answer for one of this site, by what the site advertises. */
  public boolean equivalent(String own, Set<String> aliases, String theirs) {
    return own.equals(theirs)
        || aliases.contains(theirs)
        || rules.equivalent(own, theirs)
        || streams.values().stream()
            .map(stream -> Optional.ofNullable(stream.picture().models().get(theirs)))
            .anyMatch(model -> model.map(m -> m.aliases().contains(own)).orElse(false));
  }

  /** The price of a million tokens, half of them read and half written. */
  private long price(Partner partner, String model) {
    Optional<Tariff> tariff = parts.tariffs().about(partner, model, parts.clock().instant());
    return tariff
        .map(t -> t.rates().promptPerMillion() / 2 + t.rates().completionPerMillion() / 2)
        .orElse(0L);
  }

  /** How partners are seen from here, by their sites' ids, those that are not trusted too. */
  public List<PeerStanding> standings() {
    List<PeerStanding> standings = new ArrayList<>();
    for (Partner partner : parts.trust().partners()) {
      Optional<AdvertStream> stream = Optional.ofNullable(streams.get(partner.entityId()));
      standings.add(
          stream
              .map(this::standing)
              .orElse(
                  new PeerStanding(
                      partner,
                      false,
                      partner.state().name().toLowerCase(Locale.ROOT),
                      OptionalLong.empty(),
                      OptionalLong.empty(),
                      OptionalLong.empty(),
                      Set.of(),
                      0,
                      OptionalInt.empty())));
    }
    standings.sort(Comparator.comparing(standing -> standing.partner().siteId()));
    return standings;
  }

  private PeerStanding standing(AdvertStream stream) {
    PeerPicture picture = stream.picture();
    Optional<PeerClock> clock = stream.measured();
    boolean heard = picture.freshNanos() != Long.MIN_VALUE;
    long age = heard ? parts.nanos().getAsLong() - picture.freshNanos() : 0;
    return new PeerStanding(
        stream.partner(),
        stream.trouble().isEmpty() && heard,
        heard ? stream.trouble() : stream.trouble().isEmpty() ? "connecting" : stream.trouble(),
        clock.map(c -> OptionalLong.of(c.roundTripNanos())).orElse(OptionalLong.empty()),
        clock.map(c -> OptionalLong.of(c.aheadMillis())).orElse(OptionalLong.empty()),
        heard ? OptionalLong.of(Math.max(0, age)) : OptionalLong.empty(),
        picture.models().keySet(),
        credits(picture),
        picture.carbonGramsPerKwh());
  }

  private static long credits(PeerPicture picture) {
    long most = 0;
    for (ServiceClass serviceClass : ServiceClass.values()) {
      most =
          Math.max(
              most,
              picture.models().values().stream()
                  .map(model -> model.room().of(serviceClass))
                  .mapToLong(ClassOffer::credits)
                  .sum());
    }
    return most;
  }

  /** How many partners listen to this site. */
  public int listeners() {
    return desk.listeners();
  }

  @Override
  public void close() {
    subscription.run();
    timer.shutdownNow();
    ticks.end();
    streams.values().forEach(AdvertStream::close);
  }
}
