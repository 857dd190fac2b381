package org.archipel.relay;

import java.net.InetSocketAddress;
import org.archipel.scheduling.SchedulingOptions;

/**
 * How a relay is set up.
 *
 * @param site the site's id, as told in {@code x-archipel-site} and in usage records
 * @param bind where to listen; port 0 takes a free one
 * @param limits sizes and numbers
 * @param timeouts how long anything may take
 * @param strictDurability whether the last bytes of an answer wait for its usage record to be safe
 * @param transport how to talk to the kernel
 * @param scheduling the policy by which requests are given engines
 * @param schedulingHeaders headers by which a site's applications tell of sessions and tasks
 */
public record RelayOptions(
    String site,
    InetSocketAddress bind,
    RelayLimits limits,
    RelayTimeouts timeouts,
    boolean strictDurability,
    TransportChoice transport,
    SchedulingOptions scheduling,
    SchedulingHeaders schedulingHeaders) {

  /** Everything at its default. */
  public static RelayOptions of(String site, InetSocketAddress bind) {
    return new RelayOptions(
        site,
        bind,
        RelayLimits.DEFAULTS,
        RelayTimeouts.DEFAULTS,
        true,
        TransportChoice.AUTO,
        SchedulingOptions.DEFAULTS,
        SchedulingHeaders.DEFAULTS);
  }

  public RelayOptions withLimits(RelayLimits changed) {
    return new RelayOptions(
        site, bind, changed, timeouts, strictDurability, transport, scheduling, schedulingHeaders);
  }

  public RelayOptions withTimeouts(RelayTimeouts changed) {
    return new RelayOptions(
        site, bind, limits, changed, strictDurability, transport, scheduling, schedulingHeaders);
  }

  public RelayOptions withStrictDurability(boolean changed) {
    return new RelayOptions(
        site, bind, limits, timeouts, changed, transport, scheduling, schedulingHeaders);
  }

  public RelayOptions withTransport(TransportChoice changed) {
    return new RelayOptions(
        site, bind, limits, timeouts, strictDurability, changed, scheduling, schedulingHeaders);
  }

  public RelayOptions withSchedulingHeaders(SchedulingHeaders changed) {
    return new RelayOptions(
        site, bind, limits, timeouts, strictDurability, transport, scheduling, changed);
  }

  public RelayOptions withScheduling(SchedulingOptions changed) {
    return new RelayOptions(
        site, bind, limits, timeouts, strictDurability, transport, changed, schedulingHeaders);
  }
}
