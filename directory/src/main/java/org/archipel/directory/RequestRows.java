package org.archipel.directory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.archipel.directory.AccessRequest.State;
import org.archipel.directory.AccessRequest.Steps;
import org.archipel.directory.AccessRequest.Vote;
import org.archipel.directory.AccessRequest.Wish;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** The tables of access requests. */
final class RequestRows {
  private static final String SELECT =
      "SELECT id, organization, project, "
          + EntitlementRows.TERMS
          + ", purpose, state, approvals_needed, created_by, created_at, submitted_by,"
          + " submitted_at, decided_at, version FROM access_request";

  private RequestRows() {}

  static void insert(Handle handle, AccessRequest request) {
    bind(
            handle.createUpdate(
                "INSERT INTO access_request (id, organization, project, "
                    + EntitlementRows.TERMS
                    + ", purpose, state, approvals_needed, created_by, created_at, version) VALUES"
                    + " (:id, :organization, :project, :models, :maxClass, :from, :until,"
                    + " :requestsPerMinute, :tokensPerMinute, :concurrent, :tokensPerMonth,"
                    + " :purpose, :state, :needed, :createdBy, :created, :version)"),
            request)
        .bind("organization", request.wish().organization())
        .bind("createdBy", request.steps().createdBy())
        .bind("created", request.steps().createdAt().toEpochMilli())
        .execute();
  }

  /** Puts {@code after} in place of the row as it was one version before. */
  static void update(Handle handle, AccessRequest after) {
    int rows =
        bind(
                handle.createUpdate(
                    "UPDATE access_request SET project = :project, models = :models,"
                        + " max_class = :maxClass, valid_from = :from, valid_until = :until,"
                        + " requests_per_minute = :requestsPerMinute,"
                        + " tokens_per_minute = :tokensPerMinute,"
                        + " concurrent_requests = :concurrent, tokens_per_month = :tokensPerMonth,"
                        + " purpose = :purpose, state = :state, approvals_needed = :needed,"
                        + " submitted_by = :submittedBy, submitted_at = :submittedAt,"
                        + " decided_at = :decidedAt, version = :version"
                        + " WHERE id = :id AND version = :version - 1"),
                after)
            .bind("submittedBy", after.steps().submittedBy())
            .bind("submittedAt", after.steps().submittedAt().map(Instant::toEpochMilli))
            .bind("decidedAt", after.steps().decidedAt().map(Instant::toEpochMilli))
            .execute();
    Register.checkUpdated("request " + after.id(), rows);
  }

  private static <S extends SqlStatement<S>> S bind(S statement, AccessRequest request) {
    return EntitlementRows.bindTerms(statement, request.wish().terms())
        .bind("id", request.id())
        .bind("project", request.wish().project())
        .bind("purpose", request.wish().purpose())
        .bind("state", request.state().word())
        .bind("needed", request.approvalsNeeded())
        .bind("version", request.version());
  }

  /** False when the voter has voted. */
  static boolean insert(Handle handle, String request, Vote vote) {
    return handle
            .createUpdate(
                "INSERT INTO access_vote (request, voter, vote, reason, at)"
                    + " VALUES (:request, :voter, :vote, :reason, :at) ON CONFLICT DO NOTHING")
            .bind("request", request)
            .bind("voter", vote.voter())
            .bind("vote", vote.approves() ? "approve" : "refuse")
            .bind("reason", vote.reason())
            .bind("at", vote.at().toEpochMilli())
            .execute()
        == 1;
  }

  static Optional<AccessRequest> find(Handle handle, String id) {
    return list(handle, new Conditions().add("id = :id", "id", id), "").stream().findFirst();
  }

  static List<AccessRequest> list(Handle handle, Conditions conditions, String order) {
    List<AccessRequest> bare =
        conditions
            .bindTo(handle.createQuery(SELECT + conditions.where() + order))
            .map((row, context) -> request(row))
            .list();
    if (bare.isEmpty()) {
      return bare;
    }
    Map<String, List<Vote>> votes = votes(handle, bare.stream().map(AccessRequest::id).toList());
    return bare.stream()
        .map(
            one ->
                new AccessRequest(
                    one.id(),
                    one.wish(),
                    one.state(),
                    one.approvalsNeeded(),
                    one.steps(),
                    votes.getOrDefault(one.id(), List.of()),
                    one.version()))
        .toList();
  }

  private static Map<String, List<Vote>> votes(Handle handle, List<String> requests) {
    Map<String, List<Vote>> votes = new HashMap<>();
    handle
        .createQuery(
            "SELECT request, voter, vote, reason, at FROM access_vote"
                + " WHERE request IN (<requests>) ORDER BY at, voter")
        .bindList("requests", requests)
        .map(
            (row, context) ->
                votes
                    .computeIfAbsent(row.getString("request"), _ -> new ArrayList<>())
                    .add(
                        new Vote(
                            row.getString("voter"),
                            row.getString("vote").equals("approve"),
                            row.getString("reason"),
                            Instant.ofEpochMilli(row.getLong("at")))))
        .list();
    return votes;
  }

  private static AccessRequest request(ResultSet row) throws SQLException {
    Wish wish =
        new Wish(
            row.getString("organization"),
            OrganizationRows.text(row, "project"),
            EntitlementRows.terms(row),
            row.getString("purpose"));
    Steps steps =
        new Steps(
            row.getString("created_by"),
            Instant.ofEpochMilli(row.getLong("created_at")),
            OrganizationRows.text(row, "submitted_by"),
            OrganizationRows.time(row, "submitted_at"),
            OrganizationRows.time(row, "decided_at"));
    return new AccessRequest(
        row.getString("id"),
        wish,
        State.of(row.getString("state")),
        row.getInt("approvals_needed"),
        steps,
        List.of(),
        row.getLong("version"));
  }
}
