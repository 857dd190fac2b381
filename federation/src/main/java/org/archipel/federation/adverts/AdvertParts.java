package org.archipel.federation.adverts;

import java.time.Clock;
import java.util.function.LongSupplier;
import org.archipel.federation.exchange.PeerClient;
import org.archipel.federation.receipts.TariffBook;
import org.archipel.federation.trust.SiteIdentity;
import org.archipel.federation.trust.Trust;

/**
 * What the adverts of a site are made with.
 *
 * @param client calls partners
 * @param identity who this site is
 * @param trust whom it trusts
 * @param tariffs remembers what partners ask
 * @param clock for times that others are told
 * @param nanos a monotonic clock, that of the pools
 */
public record AdvertParts(
    PeerClient client,
    SiteIdentity identity,
    Trust trust,
    TariffBook tariffs,
    Clock clock,
    LongSupplier nanos) {}
