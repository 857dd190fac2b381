package org.archipel.directory.quota;

import java.util.List;

/**
 * What is held for one admitted request. Given back once, by {@link QuotaGate#settle} or {@link
 * QuotaGate#giveBack}; a process that dies forgets all.
 */
public final class Reservation implements Admission {
  private final OrganizationAccounts organization;
  private final List<Account> accounts;
  private final Account.Wish wish;
  private final long takenAtMicros;
  private final RateLeft requests;
  private final RateLeft tokens;

  /** Guarded by the organization's lock. */
  private boolean over;

  Reservation(
      OrganizationAccounts organization,
      List<Account> accounts,
      Account.Wish wish,
      long takenAtMicros,
      RateLeft requests,
      RateLeft tokens) {
    this.organization = organization;
    this.accounts = accounts;
    this.wish = wish;
    this.takenAtMicros = takenAtMicros;
    this.requests = requests;
    this.tokens = tokens;
  }

  @Override
  public RateLeft requests() {
    return requests;
  }

  @Override
  public RateLeft tokens() {
    return tokens;
  }

  /** Tokens that are held. */
  public long reservedTokens() {
    return wish.tokens();
  }

  OrganizationAccounts organization() {
    return organization;
  }

  List<Account> accounts() {
    return accounts;
  }

  Account.Wish wish() {
    return wish;
  }

  long takenAtMicros() {
    return takenAtMicros;
  }

  /** True for the first who asks. */
  boolean end() {
    boolean first = !over;
    over = true;
    return first;
  }
}
