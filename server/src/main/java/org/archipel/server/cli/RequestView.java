package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** One request, explained: what waited, where it ran, what it consumed, what it cost and why. */
record RequestView(Shell shell, ControlAccess access) {
  private static final List<String> FIELDS =
      List.of(
          "id",
          "request_id",
          "started_at",
          "organization",
          "project",
          "key",
          "person",
          "model",
          "class",
          "route",
          "outcome",
          "status",
          "error_code",
          "served_by",
          "origin_site",
          "origin_request",
          "engine",
          "owner",
          "attempts",
          "queued_seconds",
          "first_byte_seconds",
          "total_seconds",
          "engine_seconds",
          "audio_seconds",
          "prompt_tokens",
          "cached_tokens",
          "completion_tokens",
          "estimated",
          "tariff",
          "price",
          "cost",
          "currency");

  void show(String id, Map<String, String> time) {
    String path = ControlClient.query("/api/v1/usage/requests/" + ControlClient.encode(id), time);
    JsonNode answer;
    try (ControlClient client = access.client(shell.environment())) {
      answer = client.get(path);
    }
    if (access.json()) {
      shell.output().line(answer.toString());
      return;
    }
    boolean first = true;
    for (JsonNode request : answer.path("items")) {
      if (!first) {
        shell.output().line("");
      }
      first = false;
      table(request).lines("").stream().skip(1).forEach(shell.output()::line);
      request.path("corrections").forEach(this::correction);
    }
  }

  private static Table table(JsonNode request) {
    Table table = new Table("", "");
    for (String field : FIELDS) {
      if (request.hasNonNull(field)) {
        table.add(field.replace('_', ' '), Shell.text(request, field));
      }
    }
    return table;
  }

  private void correction(JsonNode correction) {
    shell
        .output()
        .line(
            "corrected %s by %s: %s, %s tokens, %s millionths of %s (%s)"
                .formatted(
                    Shell.time(correction, "created_at"),
                    Shell.text(correction, "actor"),
                    Shell.text(correction, "kind"),
                    correction.path("prompt_tokens").asLong()
                        + correction.path("completion_tokens").asLong(),
                    Shell.text(correction, "micro_currency"),
                    Shell.text(correction, "currency"),
                    Shell.text(correction, "reason")));
  }
}
