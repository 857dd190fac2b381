package org.archipel.server;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.function.Predicate;
import org.archipel.control.AccessParts;
import org.archipel.control.PublicAddress;
import org.archipel.control.SignInParts;
import org.archipel.control.oidc.AccessTokens;
import org.archipel.control.oidc.CallerRing;
import org.archipel.control.oidc.Provider;
import org.archipel.control.oidc.UserTokens;
import org.archipel.directory.Directory;
import org.archipel.directory.KeyRing;
import org.archipel.directory.access.OneTimeLinks;
import org.archipel.directory.access.Persons;
import org.archipel.directory.access.Sessions;
import org.archipel.directory.access.SiteKey;
import org.archipel.server.config.SignInConfig;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;

/** Builds what decides who may come in. */
final class AccessRooms {
  private static final String KEY_FILE = "site.key";

  private AccessRooms() {}

  /** Where it keeps things. */
  record Stored(Database database, AuditLog audit) {}

  /** The site's key: drawn by the first start, read by every other. */
  static SiteKey key(DataFolder data, SecureRandom random) {
    return new SiteKey(data.secret(KEY_FILE, () -> SiteKey.draw(random)), random);
  }

  /** All the ways in which callers of the inference API are known. */
  static KeyRing callers(Directory directory, AccessParts access, Clock clock) {
    SiteKey key = access.signIn().key();
    Predicate<String> suspended = access.persons().suspensions()::contains;
    AccessTokens.Ports ports =
        new AccessTokens.Ports(
            key,
            place -> directory.projects().find(place.organization(), place.name()).isPresent(),
            directory::admit,
            suspended);
    return new CallerRing(
        directory.keyRing(),
        new AccessTokens(access.signIn().providers(), ports, clock),
        new UserTokens(key, suspended, clock));
  }

  /** Needs an open directory. */
  static AccessParts open(
      Stored stored, SiteKey key, SignInConfig signIn, Clock clock, SecureRandom random) {
    List<Provider> providers =
        signIn.providers().stream().map(options -> new Provider(options, clock)).toList();
    return new AccessParts(
        new Persons(stored.database, stored.audit, key, clock, random),
        new Sessions(stored.database, signIn.session(), key, clock, random),
        new OneTimeLinks(clock, random),
        new SignInParts(new PublicAddress(signIn.url()), key, providers));
  }
}
