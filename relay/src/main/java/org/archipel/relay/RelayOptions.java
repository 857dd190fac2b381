package org.archipel.relay;

import java.net.InetSocketAddress;

/**
 * How a relay is set up.
 *
 * @param site the site's id, as told in {@code x-archipel-site} and in usage records
 * @param bind where to listen; port 0 takes a free one
 * @param limits sizes and numbers
 * @param timeouts how long anything may take
 * @param strictDurability whether the last bytes of an answer wait for its usage record to be safe
 * @param transport how to talk to the kernel
 */
public record RelayOptions(
    String site,
    InetSocketAddress bind,
    RelayLimits limits,
    RelayTimeouts timeouts,
    boolean strictDurability,
    TransportChoice transport) {

  /** Everything at its default. */
  public static RelayOptions of(String site, InetSocketAddress bind) {
    return new RelayOptions(
        site, bind, RelayLimits.DEFAULTS, RelayTimeouts.DEFAULTS, true, TransportChoice.AUTO);
  }

  public RelayOptions withLimits(RelayLimits changed) {
    return new RelayOptions(site, bind, changed, timeouts, strictDurability, transport);
  }

  public RelayOptions withTimeouts(RelayTimeouts changed) {
    return new RelayOptions(site, bind, limits, changed, strictDurability, transport);
  }

  public RelayOptions withStrictDurability(boolean changed) {
    return new RelayOptions(site, bind, limits, timeouts, changed, transport);
  }

  public RelayOptions withTransport(TransportChoice changed) {
    return new RelayOptions(site, bind, limits, timeouts, strictDurability, changed);
  }
}
