package org.archipel.server.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What an entitlement allows, or a request asks for. */
final class TermsOptions {
  @Option(
      names = "--model",
      paramLabel = "MODEL",
      required = true,
      description = "A model, a beginning such as mistral-*, or *; may be given more than once.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--max-class",
      paramLabel = "CLASS",
      description = "The most urgent class; interactive unless given.")
  private Optional<String> maxClass = Optional.empty();

  @Option(names = "--from", paramLabel = "WHEN", description = "When it begins; now unless given.")
  private Optional<String> from = Optional.empty();

  @Option(
      names = "--until",
      paramLabel = "WHEN",
      description = "When it ends: a date, a time, or a distance such as 90d.")
  private Optional<String> until = Optional.empty();

  @Option(names = "--requests-per-minute", paramLabel = "N", description = "No limit unless given.")
  private Optional<Long> requestsPerMinute = Optional.empty();

  @Option(names = "--tokens-per-minute", paramLabel = "N", description = "No limit unless given.")
  private Optional<Long> tokensPerMinute = Optional.empty();

  @Option(names = "--concurrent", paramLabel = "N", description = "No limit unless given.")
  private Optional<Long> concurrent = Optional.empty();

  @Option(names = "--tokens-per-month", paramLabel = "N", description = "No limit unless given.")
  private Optional<Long> tokensPerMonth = Optional.empty();

  /** What was said, as the API takes it. */
  Map<String, Object> terms() {
    Map<String, Object> limits = new HashMap<>();
    requestsPerMinute.ifPresent(number -> limits.put("requests_per_minute", number));
    tokensPerMinute.ifPresent(number -> limits.put("tokens_per_minute", number));
    concurrent.ifPresent(number -> limits.put("concurrent_requests", number));
    tokensPerMonth.ifPresent(number -> limits.put("tokens_per_month", number));
    Map<String, Object> terms = new HashMap<>();
    terms.put("models", models);
    maxClass.ifPresent(word -> terms.put("max_class", word));
    from.ifPresent(text -> terms.put("from", text));
    until.ifPresent(text -> terms.put("until", text));
    terms.put("limits", limits);
    return terms;
  }
}
