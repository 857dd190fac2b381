package org.archipel.server.config;

import java.net.URI;
import java.util.List;
import org.archipel.directory.quota.Webhook;
import org.archipel.relay.RelayLimits;

/**
 * What quotas reserve, and who is told of budgets that come to their end. The quotas themselves are
 * in the database.
 *
 * @param reservedCompletion tokens that are reserved for an answer at most
 * @param webhooks where events are told
 */
public record QuotaConfig(int reservedCompletion, List<Webhook> webhooks) {
  /** The relay's own default, and nobody to tell. */
  public static final QuotaConfig DEFAULTS =
      new QuotaConfig(RelayLimits.DEFAULTS.reservedCompletion(), List.of());

  private static final int MOST = 10_000_000;

  public QuotaConfig {
    webhooks = List.copyOf(webhooks);
  }

  static QuotaConfig read(Section root) {
    List<Webhook> webhooks = root.groups("webhooks").stream().map(QuotaConfig::webhook).toList();
    try (Section section = root.group("quotas")) {
      return new QuotaConfig(
          section
              .find("reserved_completion", Forms.integer(1, MOST))
              .orElse(DEFAULTS.reservedCompletion),
          webhooks);
    }
  }

  private static Webhook webhook(Section section) {
    try (section) {
      return new Webhook(
          section.require("url", Forms.WEBHOOK_URL, URI.create("http://localhost/")),
          section.require("secret", Forms.SECRET, "missing"));
    }
  }
}
