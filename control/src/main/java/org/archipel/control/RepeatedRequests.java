package org.archipel.control;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.archipel.directory.access.Subject;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;

/**
 * Creations that may be repeated: a request with an {@code idempotency-key} is done once, and
 * repetitions within a day get its answer. Thread-safe.
 *
 * <p>A key is taken in the database before the work begins and its answer stored after. Between the
 * two a second request is refused, also when the process was killed there: what the first one did
 * is then unknown, and doing it again might create a second thing. Refusals are not kept: a request
 * that changed nothing may be sent again, mended.
 */
final class RepeatedRequests {
  private static final Duration KEPT = Duration.ofHours(24);
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,200}");
  private static final String HEADER = "idempotency-key";

  private final Database database;
  private final Clock clock;

  /** Tells keys that this process is working on from those that a dead one left. */
  private final String process = UUID.randomUUID().toString();

  RepeatedRequests(Database database, Clock clock) {
    database.migrate("control");
    this.database = database;
    this.clock = clock;
  }

  /**
   * Does the work, or answers as before.
   *
   * @throws Refusal when the key was used for something else, or its first use has no answer
   */
  HttpResponse answer(Call call, Supplier<HttpResponse> work) {
    List<String> keys = call.request().headers().getAll(HEADER);
    if (keys.isEmpty()) {
      return work.get();
    }
    if (keys.size() > 1 || !KEY.matcher(keys.getFirst()).matches()) {
      throw Refusal.badRequest(
          "idempotency-key: not a key (expected: 1 to 200 visible ASCII characters)");
    }
    Place place = new Place(who(call.subject()), call.operation().id(), keys.getFirst());
    String hash = hash(call);
    Optional<Earlier> earlier = take(place, hash);
    if (earlier.isPresent()) {
      return repeat(earlier.get(), hash);
    }
    boolean stored = false;
    try {
      AggregatedHttpResponse made = work.get().aggregate().join();
      if (made.status().isSuccess()) {
        Optional<HttpResponse> remembered = call.remembered();
        store(place, remembered.isPresent() ? remembered.get().aggregate().join() : made);
        stored = true;
      }
      return made.toHttpResponse();
    } finally {
      if (!stored) {
        forget(place);
      }
    }
  }

  private HttpResponse repeat(Earlier earlier, String hash) {
    if (!earlier.hash.equals(hash)) {
      throw new Refusal(
          Problem.Kind.REPEAT_MISMATCH,
          "idempotency-key: used for another request (expected: a new key, or the same request)");
    }
    if (earlier.status.isPresent()) {
      Json.Header replayed = new Json.Header("idempotency-replayed", "true");
      byte[] body = earlier.body.getBytes(StandardCharsets.UTF_8);
      HttpStatus status = HttpStatus.valueOf(earlier.status.get());
      return earlier.etag.isPresent()
          ? Json.respond(
              status,
              MediaType.JSON_UTF_8,
              body,
              replayed,
              new Json.Header(HttpHeaderNames.ETAG, earlier.etag.get()))
          : Json.respond(status, MediaType.JSON_UTF_8, body, replayed);
    }
    throw earlier.process.equals(process)
        ? new Refusal(
            Problem.Kind.REPEAT_RUNNING,
            "idempotency-key: its first request is running (expected: the same again, in a second)")
        : new Refusal(
            Problem.Kind.REPEAT_UNKNOWN,
            "idempotency-key: the site stopped during its first request (expected: look whether it"
                + " was done, then a new key)");
  }

  private Optional<Earlier> take(Place place, String hash) {
    long now = clock.millis();
    return database.write(
        handle -> {
          handle.execute(
              "DELETE FROM repeated_request WHERE created_at < ?", now - KEPT.toMillis());
          int taken =
              handle.execute(
                  "INSERT INTO repeated_request (subject, operation, repeat_key, request_sha256,"
                      + " process, created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                  place.subject,
                  place.operation,
                  place.key,
                  hash,
                  process,
                  now);
          return taken == 1 ? Optional.empty() : Optional.of(find(handle, place));
        });
  }

  private static Earlier find(Handle handle, Place place) {
    return handle
        .createQuery(
            "SELECT request_sha256, process, status, etag, body FROM repeated_request"
                + " WHERE subject = :subject AND operation = :operation AND repeat_key = :key")
        .bind("subject", place.subject)
        .bind("operation", place.operation)
        .bind("key", place.key)
        .map(
            (row, context) -> {
              int status = row.getInt("status");
              return new Earlier(
                  row.getString("request_sha256"),
                  row.getString("process"),
                  status == 0 ? Optional.empty() : Optional.of(status),
                  Optional.ofNullable(row.getString("etag")),
                  Optional.ofNullable(row.getString("body")).orElse(""));
            })
        .one();
  }

  private void store(Place place, AggregatedHttpResponse response) {
    database.write(
        handle ->
            handle.execute(
                "UPDATE repeated_request SET status = ?, etag = ?, body = ?"
                    + " WHERE subject = ? AND operation = ? AND repeat_key = ?",
                response.status().code(),
                response.headers().get(HttpHeaderNames.ETAG),
                response.contentUtf8(),
                place.subject,
                place.operation,
                place.key));
  }

  private void forget(Place place) {
    database.write(
        handle ->
            handle.execute(
                "DELETE FROM repeated_request"
                    + " WHERE subject = ? AND operation = ? AND repeat_key = ?",
                place.subject,
                place.operation,
                place.key));
  }

  private static String who(Subject subject) {
    return switch (subject) {
      case Subject.Administrator _ -> "token";
      case Subject.Person person -> "person " + person.id();
    };
  }

  private static String hash(Call call) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<String> parts = new ArrayList<>();
      parts.add(call.request().path());
      parts.add(call.request().headers().get(HttpHeaderNames.IF_MATCH, ""));
      for (String part : parts) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest(call.request().content().array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private record Place(String subject, String operation, String key) {}

  private record Earlier(
      String hash, String process, Optional<Integer> status, Optional<String> etag, String body) {}
}
