package org.archipel.federation.trust;

import com.nimbusds.jose.util.JSONArrayUtils;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.archipel.federation.http.PublicAnswer;
import org.archipel.federation.http.PublicRequest;
import org.archipel.federation.http.PublicRoute;
import org.archipel.federation.http.PublicRoutes;
import org.archipel.federation.trust.Consortium.Changes;
import org.archipel.federation.trust.Consortium.Member;

/**
 * The endpoints of OpenID Federation, and the feed of changes: public documents, each signed, so
 * that nobody has to say who asks. Thread-safe.
 */
final class TrustRoutes implements PublicRoutes {
  static final String FETCH = "/federation/fetch";
  static final String LIST = "/federation/list";
  static final String RESOLVE = "/federation/resolve";
  static final String MARK = "/federation/trust_mark";
  static final String MARK_LIST = "/federation/trust_mark_list";
  static final String MARK_STATUS = "/federation/trust_mark_status";
  static final String HISTORICAL_KEYS = "/federation/historical_keys";
  static final String CHANGES = "/federation/changes";
  static final String REFRESH = "/federation/refresh";

  private static final String JSON = "application/json";
  private static final Duration LONGEST_POLL = Duration.ofSeconds(20);
  private static final int LONGEST_NONCE = 64;

  private final OwnStatements statements;
  private final Consortium consortium;
  private final TrustOptions options;
  private final Times times;
  private final Function<String, Optional<Chain>> chains;
  private final Map<String, PublicRoute> routes = new HashMap<>();

  /**
   * @param chains the chain of an entity that this site trusts
   */
  TrustRoutes(
      OwnStatements statements,
      Consortium consortium,
      TrustOptions options,
      Times times,
      Function<String, Optional<Chain>> chains) {
    this.statements = statements;
    this.consortium = consortium;
    this.options = options;
    this.times = times;
    this.chains = chains;
    routes.put(
        "GET " + ChainFinder.WELL_KNOWN,
        (_, answer) ->
            signed(answer, EntityStatement.CONTENT_TYPE, Optional.of(statements.configuration())));
    routes.put("GET " + FETCH, this::fetch);
    routes.put("GET " + LIST, this::list);
    routes.put("GET " + RESOLVE, this::resolve);
    routes.put("GET " + MARK, this::mark);
    routes.put("GET " + MARK_LIST, this::markList);
    routes.put("POST " + MARK_STATUS, this::markStatus);
    routes.put(
        "GET " + HISTORICAL_KEYS,
        (_, answer) ->
            signed(answer, "application/jwk-set+jwt", Optional.of(statements.historicalKeys())));
    routes.put("GET " + CHANGES, this::changes);
    routes.put("POST " + REFRESH, this::refresh);
  }

  @Override
  public Optional<PublicRoute> route(String method, String path) {
    return Optional.ofNullable(routes.get(method + " " + path));
  }

  private void fetch(PublicRequest request, PublicAnswer answer) {
    Optional<String> subject = request.parameter("sub");
    if (subject.isEmpty() || subject.get().equals(options.entityId())) {
      error(answer, 400, "invalid_request", "sub: missing, or this entity itself");
      return;
    }
    signed(answer, EntityStatement.CONTENT_TYPE, subject.flatMap(statements::about));
  }

  private void list(PublicRequest request, PublicAnswer answer) {
    Optional<String> type = request.parameter("entity_type");
    Optional<String> mark = request.parameter("trust_mark_type");
    boolean none =
        type.filter(
                    wanted ->
                        !List.of(EntityStatement.SITE, EntityStatement.FEDERATION, "oauth_resource")
                            .contains(wanted))
                .isPresent()
            || request.parameter("intermediate").filter("true"::equals).isPresent();
    List<String> members =
        consortium.members().stream()
            .filter(member -> !none && member.suspendedAt().isEmpty())
            .filter(member -> !member.entityId().equals(options.entityId()))
            .filter(
                member ->
                    mark.isEmpty()
                        || member.marks().stream()
                            .anyMatch(grant -> grant.type().equals(mark.get())))
            .map(Member::entityId)
            .toList();
    json(answer, 200, JSONArrayUtils.toJSONString(members));
  }

  private void resolve(PublicRequest request, PublicAnswer answer) {
    boolean ours = request.parameter("trust_anchor").filter(options.anchor()::equals).isPresent();
    if (!ours) {
      error(
          answer, 404, "invalid_trust_anchor", "trust_anchor (expected: " + options.anchor() + ")");
      return;
    }
    signed(
        answer,
        "application/resolve-response+jwt",
        request.parameter("sub").flatMap(chains).map(statements::resolved));
  }

  private void mark(PublicRequest request, PublicAnswer answer) {
    signed(
        answer,
        "application/" + MarkCheck.TYP,
        request
            .parameter("sub")
            .flatMap(
                sub ->
                    request
                        .parameter("trust_mark_type")
                        .flatMap(type -> statements.mark(sub, type))));
  }

  private void markList(PublicRequest request, PublicAnswer answer) {
    Optional<String> type = request.parameter("trust_mark_type");
    if (type.isEmpty()) {
      error(answer, 400, "invalid_request", "trust_mark_type: missing");
      return;
    }
    json(
        answer,
        200,
        JSONArrayUtils.toJSONString(statements.marked(type.get(), request.parameter("sub"))));
  }

  private void markStatus(PublicRequest request, PublicAnswer answer) {
    String body = new String(request.body(), StandardCharsets.UTF_8);
    String prefix = "trust_mark=";
    if (!consortium.founded() || !body.startsWith(prefix) || body.indexOf('&') >= 0) {
      error(answer, 400, "invalid_request", "the body (expected: trust_mark=…)");
      return;
    }
    try {
      String mark = URLDecoder.decode(body.substring(prefix.length()), StandardCharsets.UTF_8);
      signed(answer, "application/" + MarkCheck.STATUS_TYP, Optional.of(statements.status(mark)));
    } catch (IllegalArgumentException e) {
      error(answer, 400, "invalid_request", "trust_mark (expected: a form's encoding)");
    }
  }

  /** A long poll: answers when there is a change, or after a while without one. */
  private void changes(PublicRequest request, PublicAnswer answer)
      throws IOException, InterruptedException {
    String nonce = request.parameter("nonce").orElse("");
    Optional<Long> after = number(request.parameter("after").orElse("-1"), -1);
    Optional<Long> wait = number(request.parameter("wait").orElse("0"), 0);
    if (nonce.length() > LONGEST_NONCE || after.isEmpty() || wait.isEmpty()) {
      error(answer, 400, "invalid_request", "after, wait (numbers) or nonce (<= 64 characters)");
      return;
    }
    long from = after.get() < 0 ? Long.MAX_VALUE : after.get();
    Optional<Changes> now = consortium.changes(from);
    boolean nothing = now.filter(changes -> changes.last() == from).isPresent();
    if (nothing && wait.get() > 0) {
      long seconds = Math.min(wait.get(), LONGEST_POLL.toSeconds());
      consortium.await(from, Duration.ofSeconds(seconds));
      now = consortium.changes(from);
    }
    signed(
        answer,
        "application/" + OwnStatements.CHANGES_TYP,
        now.map(changes -> statements.changes(changes, nonce)));
  }

  private static Optional<Long> number(String text, long least) {
    try {
      long value = Long.parseLong(text);
      return value < least ? Optional.empty() : Optional.of(value);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A member's new keys, signed by one of those that the anchor knows. */
  private void refresh(PublicRequest request, PublicAnswer answer) {
    try {
      String body = new String(request.body(), StandardCharsets.UTF_8);
      String compact = body.startsWith("request=") ? body.substring(8) : "";
      SignedJWT text = Signatures.parse(compact, OwnStatements.REFRESH_TYP);
      JWTClaimsSet claims = Signatures.claims(text);
      String member = String.valueOf(claims.getIssuer());
      Signatures.verify(
          text,
          consortium
              .keysOf(member)
              .orElseThrow(
                  () -> new DistrustException(Distrust.UNKNOWN_PARTNER, "no such member")));
      if (claims.getIssueTime() == null || claims.getExpirationTime() == null) {
        throw new DistrustException(Distrust.MALFORMED, "iat or exp: missing");
      }
      times.check(claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant());
      if (!claims.getAudience().equals(List.of(options.entityId()))) {
        throw new DistrustException(Distrust.WRONG_AUDIENCE, "aud");
      }
      Map<String, Object> jwks = claims.getJSONObjectClaim("jwks");
      if (jwks == null) {
        throw new DistrustException(Distrust.MALFORMED, "jwks: missing");
      }
      consortium.rekey(member, Signatures.keys(jwks), claims.getIssueTime().toInstant());
      if (Boolean.TRUE.equals(claims.getClaim("renewed"))) {
        consortium.renewed(member);
      }
      json(answer, 200, "{}");
    } catch (DistrustException e) {
      error(answer, 401, "invalid_client", e.reason().word());
    } catch (ParseException e) {
      error(answer, 400, "invalid_request", "jwks (expected: an object)");
    }
  }

  private static void signed(PublicAnswer answer, String type, Optional<String> text) {
    if (text.isEmpty()) {
      error(answer, 404, "not_found", "this entity has nothing of the kind");
      return;
    }
    answer.respond(200, type, text.get().getBytes(StandardCharsets.US_ASCII));
  }

  private static void error(PublicAnswer answer, int status, String code, String description) {
    json(
        answer,
        status,
        JSONObjectUtils.toJSONString(Map.of("error", code, "error_description", description)));
  }

  private static void json(PublicAnswer answer, int status, String text) {
    answer.respond(status, JSON, text.getBytes(StandardCharsets.UTF_8));
  }
}
