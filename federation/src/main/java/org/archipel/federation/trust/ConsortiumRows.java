package org.archipel.federation.trust;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.archipel.federation.trust.Consortium.Admission;
import org.archipel.federation.trust.Consortium.Change;
import org.archipel.federation.trust.Consortium.Changes;
import org.archipel.federation.trust.Consortium.Grant;
import org.archipel.federation.trust.Consortium.Member;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The tables of the consortium. */
final class ConsortiumRows {
  private static final String MEMBER =
      "SELECT site_id, entity_id, name, organization, jwks, admitted_at, suspended_at,"
          + " suspended_why, version FROM consortium_member";
  private static final int MOST_CHANGES = 500;

  private ConsortiumRows() {}

  static Optional<String> epoch(Handle handle) {
    return handle
        .createQuery("SELECT epoch FROM consortium WHERE one = 1")
        .mapTo(String.class)
        .findOne();
  }

  static long lastChange(Handle handle) {
    return handle
        .createQuery("SELECT last_change FROM consortium WHERE one = 1")
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }

  static void found(Handle handle, String epoch, long now) {
    handle.execute(
        "INSERT INTO consortium (one, epoch, created_at, last_change) VALUES (1, ?, ?, 0)",
        epoch,
        now);
  }

  static List<Member> members(Handle handle) {
    return handle
        .createQuery(MEMBER + " ORDER BY site_id")
        .map((row, context) -> member(handle, row))
        .list();
  }

  static Optional<Member> member(Handle handle, String siteId) {
    return handle
        .createQuery(MEMBER + " WHERE site_id = :site")
        .bind("site", siteId)
        .map((row, context) -> member(handle, row))
        .findOne();
  }

  static Optional<Member> memberOf(Handle handle, String entityId) {
    return handle
        .createQuery(MEMBER + " WHERE entity_id = :entity")
        .bind("entity", entityId)
        .map((row, context) -> member(handle, row))
        .findOne();
  }

  private static Member member(Handle handle, ResultSet row) throws SQLException {
    String site = row.getString("site_id");
    long suspended = row.getLong("suspended_at");
    boolean out = !row.wasNull();
    return new Member(
        site,
        row.getString("entity_id"),
        row.getString("name"),
        row.getString("organization"),
        kids(TrustStore.jwks(row.getString("jwks"))),
        Instant.ofEpochMilli(row.getLong("admitted_at")),
        out ? Optional.of(Instant.ofEpochMilli(suspended)) : Optional.empty(),
        Optional.ofNullable(row.getString("suspended_why")),
        grants(handle, site),
        row.getLong("version"));
  }

  private static List<Grant> grants(Handle handle, String siteId) {
    return handle
        .createQuery(
            "SELECT id, mark_type, issued_at, expires_at FROM consortium_mark WHERE site_id ="
                + " :site AND revoked_at IS NULL ORDER BY mark_type")
        .bind("site", siteId)
        .map((row, context) -> grant(row))
        .list();
  }

  private static Grant grant(ResultSet row) throws SQLException {
    long expires = row.getLong("expires_at");
    boolean ends = !row.wasNull();
    return new Grant(
        row.getString("id"),
        row.getString("mark_type"),
        Instant.ofEpochMilli(row.getLong("issued_at")),
        ends ? Optional.of(Instant.ofEpochMilli(expires)) : Optional.empty());
  }

  static void insert(Handle handle, Admission admission, JWKSet keys, long now) {
    handle
        .createUpdate(
            "INSERT INTO consortium_member (site_id, entity_id, name, organization, jwks, keys_at,"
                + " admitted_at, version) VALUES (:site, :entity, :name, :organization, :jwks,"
                + " :now, :now, 1)")
        .bind("site", admission.siteId())
        .bind("entity", admission.entityId())
        .bind("name", admission.name())
        .bind("organization", admission.organization())
        .bind("jwks", keys.toString(true))
        .bind("now", now)
        .execute();
  }

  static Optional<JWKSet> keys(Handle handle, String entityId) {
    return handle
        .createQuery("SELECT jwks FROM consortium_member WHERE entity_id = :entity")
        .bind("entity", entityId)
        .mapTo(String.class)
        .findOne()
        .map(TrustStore::jwks);
  }

  static Optional<Long> keysAt(Handle handle, String entityId) {
    return handle
        .createQuery("SELECT keys_at FROM consortium_member WHERE entity_id = :entity")
        .bind("entity", entityId)
        .mapTo(Long.class)
        .findOne();
  }

  static void keys(Handle handle, String entityId, JWKSet keys, long at) {
    handle.execute(
        "UPDATE consortium_member SET jwks = ?, keys_at = ?, version = version + 1"
            + " WHERE entity_id = ?",
        keys.toString(true),
        at,
        entityId);
  }

  static void suspend(Handle handle, String siteId, long now, String why) {
    handle.execute(
        "UPDATE consortium_member SET suspended_at = ?, suspended_why = ?, version = version + 1"
            + " WHERE site_id = ?",
        now,
        why,
        siteId);
  }

  static void resume(Handle handle, String siteId) {
    handle.execute(
        "UPDATE consortium_member SET suspended_at = NULL, suspended_why = NULL,"
            + " version = version + 1 WHERE site_id = ?",
        siteId);
  }

  static void touch(Handle handle, String siteId) {
    handle.execute("UPDATE consortium_member SET version = version + 1 WHERE site_id = ?", siteId);
  }

  static void grant(
      Handle handle, String id, String siteId, String type, long now, @Nullable Long expires) {
    handle
        .createUpdate(
            "INSERT INTO consortium_mark (id, site_id, mark_type, issued_at, expires_at)"
                + " VALUES (:id, :site, :type, :now, :expires)")
        .bind("id", id)
        .bind("site", siteId)
        .bind("type", type)
        .bind("now", now)
        .bind("expires", expires)
        .execute();
  }

  static int revoke(Handle handle, String siteId, String type, long now) {
    return handle.execute(
        "UPDATE consortium_mark SET revoked_at = ? WHERE site_id = ? AND mark_type = ?"
            + " AND revoked_at IS NULL",
        now,
        siteId,
        type);
  }

  static List<String> markTypes(Handle handle) {
    return handle
        .createQuery("SELECT DISTINCT mark_type FROM consortium_mark ORDER BY mark_type")
        .mapTo(String.class)
        .list();
  }

  static String status(Handle handle, String id, long now) {
    return handle
        .createQuery(
            "SELECT CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= :now THEN"
                + " 'expired' ELSE 'active' END FROM consortium_mark WHERE id = :id")
        .bind("now", now)
        .bind("id", id)
        .mapTo(String.class)
        .findOne()
        .orElse("invalid");
  }

  static void change(
      Handle handle, long now, String entityId, String kind, Optional<String> markType) {
    handle.execute("UPDATE consortium SET last_change = last_change + 1 WHERE one = 1");
    handle
        .createUpdate(
            "INSERT INTO consortium_change (sequence, at, entity_id, kind, mark_type)"
                + " VALUES (:sequence, :at, :entity, :kind, :type)")
        .bind("sequence", lastChange(handle))
        .bind("at", now)
        .bind("entity", entityId)
        .bind("kind", kind)
        .bind("type", markType.orElse(null))
        .execute();
  }

  static Optional<Changes> changes(Handle handle, long after) {
    return epoch(handle)
        .map(
            epoch ->
                new Changes(
                    epoch,
                    lastChange(handle),
                    handle
                        .createQuery(
                            "SELECT sequence, entity_id, kind, mark_type FROM consortium_change"
                                + " WHERE sequence > :after ORDER BY sequence LIMIT :most")
                        .bind("after", after)
                        .bind("most", MOST_CHANGES)
                        .map(
                            (row, context) ->
                                new Change(
                                    row.getLong("sequence"),
                                    row.getString("entity_id"),
                                    row.getString("kind"),
                                    Optional.ofNullable(row.getString("mark_type"))))
                        .list()));
  }

  static List<String> kids(JWKSet keys) {
    return keys.getKeys().stream().map(JWK::getKeyID).toList();
  }
}
