package org.archipel.directory.access;

import static org.archipel.directory.access.Role.AUDITOR;
import static org.archipel.directory.access.Role.CONSORTIUM_ADMIN;
import static org.archipel.directory.access.Role.ORGANIZATION_ADMIN;
import static org.archipel.directory.access.Role.PROJECT_MEMBER;
import static org.archipel.directory.access.Role.SITE_OPERATOR;

import java.util.Locale;

/**
 * What somebody may want to do, and the roles that may do it within their scope. The administrator
 * of the machine (who has its token) may do everything.
 */
public enum Action {
  /** See oneself and end one's session: everybody who signed in. */
  SELF(Reach.PERSONS),
  /** See the site and the models that it serves: everybody who has a role. */
  CATALOG_READ(Reach.MEMBERS),
  /** See prices: everybody who has a role. */
  TARIFF_READ(Reach.MEMBERS),
  /** Try a model on behalf of a project. */
  PLAYGROUND(SITE_OPERATOR, ORGANIZATION_ADMIN, PROJECT_MEMBER),
  /** See the configuration, without its secrets. */
  SETTINGS_READ(CONSORTIUM_ADMIN, SITE_OPERATOR, AUDITOR),
  /** See all pools with whose requests wait in them. */
  QUEUE_READ(CONSORTIUM_ADMIN, SITE_OPERATOR, AUDITOR),
  /** See engines with their addresses and states. */
  ENGINE_READ(CONSORTIUM_ADMIN, SITE_OPERATOR, AUDITOR),
  /** Read what is measured. */
  METRICS_READ(SITE_OPERATOR, AUDITOR),
  /** Add, change, drain and remove models and engines. */
  ENGINE_CHANGE(SITE_OPERATOR),

  ORGANIZATION_READ(Reach.UPWARD),
  ORGANIZATION_CREATE(CONSORTIUM_ADMIN, SITE_OPERATOR),
  /** Change how an organization presents itself. */
  ORGANIZATION_CHANGE(CONSORTIUM_ADMIN, SITE_OPERATOR, ORGANIZATION_ADMIN),
  /** Change what is agreed with an organization: kind, share; suspend it and lift that. */
  ORGANIZATION_GOVERN(CONSORTIUM_ADMIN, SITE_OPERATOR),

  PROJECT_READ(Reach.EVERYWHERE),
  PROJECT_CHANGE(SITE_OPERATOR, ORGANIZATION_ADMIN),

  KEY_READ(Reach.EVERYWHERE),
  KEY_CHANGE(SITE_OPERATOR, ORGANIZATION_ADMIN, PROJECT_MEMBER),

  QUOTA_READ(Reach.EVERYWHERE),
  /** Change quotas and budgets; those of a whole organization are asked for in the site. */
  QUOTA_CHANGE(SITE_OPERATOR, ORGANIZATION_ADMIN),

  ENTITLEMENT_READ(Reach.UPWARD),
  ENTITLEMENT_CHANGE(CONSORTIUM_ADMIN),

  REQUEST_READ(Reach.EVERYWHERE),
  /** Draft, submit and withdraw a request for access. */
  REQUEST_CHANGE(SITE_OPERATOR, ORGANIZATION_ADMIN),
  /** Vote on a request. */
  REQUEST_DECIDE(CONSORTIUM_ADMIN),

  /** Add tariffs and end them: what a site asks is for its operators to say. */
  TARIFF_CHANGE(SITE_OPERATOR),

  USAGE_READ(Reach.EVERYWHERE),
  /** Write correction records. */
  USAGE_CORRECT(SITE_OPERATOR),

  STATEMENT_READ(CONSORTIUM_ADMIN, SITE_OPERATOR, ORGANIZATION_ADMIN, AUDITOR),
  STATEMENT_CLOSE(SITE_OPERATOR),

  CENSUS_READ(CONSORTIUM_ADMIN, SITE_OPERATOR, ORGANIZATION_ADMIN, AUDITOR),
  CENSUS_DECLARE(SITE_OPERATOR, ORGANIZATION_ADMIN),

  AUDIT_READ(CONSORTIUM_ADMIN, SITE_OPERATOR, ORGANIZATION_ADMIN, AUDITOR),
  AUDIT_VERIFY(CONSORTIUM_ADMIN, SITE_OPERATOR, AUDITOR),

  PERSON_READ(CONSORTIUM_ADMIN, SITE_OPERATOR, ORGANIZATION_ADMIN, AUDITOR),
  /** Stop a person, whatever it is here, and let it go on. */
  PERSON_SUSPEND(CONSORTIUM_ADMIN, SITE_OPERATOR),
  /** Export or erase what is kept of one person. */
  PERSON_DATA(SITE_OPERATOR),
  /** Grant and revoke roles, in scopes that the own one contains. */
  ROLE_CHANGE(CONSORTIUM_ADMIN, SITE_OPERATOR, ORGANIZATION_ADMIN),

  /** See how the site takes part in the federation, and whom it trusts. */
  FEDERATION_READ(CONSORTIUM_ADMIN, SITE_OPERATOR, AUDITOR),
  /** Rotate the site's keys. */
  FEDERATION_CHANGE(SITE_OPERATOR),
  /** Accept receipts of other sites and agree with them on months. */
  PEER_SETTLE(SITE_OPERATOR),
  /** See the consortium's members, where the site is its anchor. */
  CONSORTIUM_READ(CONSORTIUM_ADMIN, SITE_OPERATOR, AUDITOR),
  /** Admit, suspend and mark members. */
  CONSORTIUM_CHANGE(CONSORTIUM_ADMIN),

  /** Run the machine: console links, back-up. Nobody but who has the token. */
  MACHINE;

  /** How far an action reaches beyond the scopes of roles. */
  enum Reach {
    /** Whoever signed in may, everywhere. */
    PERSONS,
    /** Whoever has any role may, everywhere. */
    MEMBERS,
    /** Every role may, within its scope. */
    EVERYWHERE,
    /** Every role may, within its scope and in the organization of its project. */
    UPWARD,
    /** Some roles may, within their scope. */
    ROLES
  }

  private final Reach reach;

  /** One bit for each role that may. */
  private final int roles;

  Action(Reach reach) {
    this.reach = reach;
    this.roles = -1;
  }

  Action(Role... roles) {
    this.reach = Reach.ROLES;
    int bits = 0;
    for (Role role : roles) {
      bits |= role.bit();
    }
    this.roles = bits;
  }

  Reach reach() {
    return reach;
  }

  /** Whether a role may do it at all. */
  boolean isOf(Role role) {
    return (roles & role.bit()) != 0;
  }

  /** As it is written: {@code key-change}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
