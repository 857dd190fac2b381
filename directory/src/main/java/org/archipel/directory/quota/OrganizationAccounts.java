package org.archipel.directory.quota;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.archipel.directory.Caller;

/**
 * All accounts of one organization under one lock. A request touches accounts of one organization
 * only, so that it takes from all of them or from none by holding one lock for less than a
 * microsecond.
 */
final class OrganizationAccounts {
  private final ReentrantLock lock = new ReentrantLock();
  private final Consumer<BudgetWarning> warnings;
  private final Account whole;
  private final Account entitled;
  private final Map<String, Account> projects = new HashMap<>();
  private final Map<String, Account> keys = new HashMap<>();

  OrganizationAccounts(String organization, Consumer<BudgetWarning> warnings) {
    this.warnings = warnings;
    this.whole = account(QuotaScope.organization(organization));
    this.entitled = account(QuotaScope.entitlement(organization));
  }

  ReentrantLock lock() {
    return lock;
  }

  /** The account of a scope; the lock must be held. */
  Account at(QuotaScope scope) {
    return switch (scope.level()) {
      case ORGANIZATION -> whole;
      case PROJECT -> projects.computeIfAbsent(scope.id(), _ -> account(scope));
      case KEY -> keys.computeIfAbsent(scope.id(), _ -> account(scope));
      case ENTITLEMENT -> entitled;
    };
  }

  /** The accounts of a key, from the widest to the narrowest; the lock must be held. */
  List<Account> of(Caller caller) {
    String organization = caller.organization();
    return List.of(
        whole,
        entitled,
        at(QuotaScope.project(organization, caller.project())),
        at(QuotaScope.key(organization, caller.project(), caller.key())));
  }

  /** Every account that there is; the lock must be held. */
  List<Account> all() {
    List<Account> all = new ArrayList<>(projects.values());
    all.addAll(keys.values());
    all.add(whole);
    all.add(entitled);
    return all;
  }

  private Account account(QuotaScope scope) {
    return new Account(scope, scope.id(), warnings);
  }
}
