package org.archipel.relay;

import java.net.InetSocketAddress;
import java.util.Set;
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
 * @param labels what the site promises, for keys and requests that demand it
 */
public record RelayOptions(
    String site,
    InetSocketAddress bind,
    RelayLimits limits,
    RelayTimeouts timeouts,
    boolean strictDurability,
    TransportChoice transport,
    SchedulingOptions scheduling,
    SchedulingHeaders schedulingHeaders,
    Set<String> labels) {

  /** Copies. */
  public RelayOptions {
    labels = Set.copyOf(labels);
  }

  /** Everything at its default, to be changed one by one. */
  public static Builder of(String site, InetSocketAddress bind) {
    return new Builder(site, bind);
  }

  /** Options that are being put together. Not thread-safe. */
  public static final class Builder {
    private final String site;
    private InetSocketAddress bind;
    private RelayLimits limits = RelayLimits.DEFAULTS;
    private RelayTimeouts timeouts = RelayTimeouts.DEFAULTS;
    private boolean strictDurability = true;
    private TransportChoice transport = TransportChoice.AUTO;
    private SchedulingOptions scheduling = SchedulingOptions.DEFAULTS;
    private SchedulingHeaders schedulingHeaders = SchedulingHeaders.DEFAULTS;
    private Set<String> labels = Set.of();

    private Builder(String site, InetSocketAddress bind) {
      this.site = site;
      this.bind = bind;
    }

    public Builder bind(InetSocketAddress changed) {
      bind = changed;
      return this;
    }

    public Builder limits(RelayLimits changed) {
      limits = changed;
      return this;
    }

    public Builder timeouts(RelayTimeouts changed) {
      timeouts = changed;
      return this;
    }

    public Builder strictDurability(boolean changed) {
      strictDurability = changed;
      return this;
    }

    public Builder transport(TransportChoice changed) {
      transport = changed;
      return this;
    }

    public Builder scheduling(SchedulingOptions policy, SchedulingHeaders headers) {
      scheduling = policy;
      schedulingHeaders = headers;
      return this;
    }

    public Builder labels(Set<String> changed) {
      labels = changed;
      return this;
    }

    public RelayOptions build() {
      return new RelayOptions(
          site,
          bind,
          limits,
          timeouts,
          strictDurability,
          transport,
          scheduling,
          schedulingHeaders,
          labels);
    }
  }
}
