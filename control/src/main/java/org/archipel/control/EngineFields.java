package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.archipel.control.catalog.EngineDraft;
import org.archipel.control.catalog.EngineWish;
import org.archipel.control.catalog.EngineWish.ApiKey;
import org.archipel.control.catalog.ServedModel;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineType;
import org.archipel.engines.Hardware;

/** What callers say of an engine: all that matters when it is added, what changes later. */
record EngineFields(
    @JsonPropertyDescription("its id; its host and port unless said") Optional<String> id,
    @JsonPropertyDescription("its base URL, without /v1") Optional<String> url,
    @JsonPropertyDescription("vllm, sglang, llamacpp, ollama or openai; found out unless said")
        Optional<String> type,
    @JsonPropertyDescription("what it serves") Optional<List<Served>> models,
    @JsonPropertyDescription("the organization that owns it; the site's unless said")
        Optional<String> owner,
    @JsonPropertyDescription("what it runs on; an empty device: unknown")
        Optional<Machine> hardware,
    @JsonPropertyDescription("how many requests may run there at once; 0: as the engine says")
        OptionalInt maxConcurrency,
    @JsonPropertyDescription("whether it was started to heed priorities")
        Optional<Boolean> priorityScheduling,
    @JsonPropertyDescription("PEM file on the site's machine of authorities to trust; empty: none")
        Optional<String> ca,
    @JsonPropertyDescription("what it promises") Optional<List<String>> labels,
    @JsonPropertyDescription("its API key, which is never shown again; empty: none")
        Optional<String> apiKey,
    @JsonPropertyDescription("whether to take it without asking it, for one that is not there yet")
        Optional<Boolean> unchecked) {
  private static final int LONGEST_URL = 2000;

  /** A model that it serves. */
  record Served(
      @JsonPropertyDescription("the model's id here") Optional<String> model,
      @JsonPropertyDescription("its name there, when it differs") Optional<String> upstreamModel) {
    ServedModel read() {
      return new ServedModel(
          model.orElseThrow(
              () -> Refusal.badRequest("models: without a model (expected: a model's id)")),
          upstreamModel.filter(name -> !name.isEmpty()));
    }
  }

  /** Hardware under an engine. */
  record Machine(
      @JsonPropertyDescription("the device's name, as h100-sxm") Optional<String> device,
      @JsonPropertyDescription("how many of them; 1 unless said") OptionalInt count) {
    Optional<Hardware> read() {
      int many = count.orElse(1);
      if (many < 1) {
        throw Refusal.badRequest("hardware.count: " + many + " (expected: >= 1)");
      }
      return device.filter(name -> !name.isEmpty()).map(name -> new Hardware(name, many));
    }
  }

  /** A new engine. */
  EngineWish added(String siteOwner) {
    URI base =
        baseUrl(
            url.orElseThrow(
                () -> Refusal.badRequest("url: missing (expected: as in http://gpu1:8000)")));
    List<Served> served =
        models.orElseThrow(
            () -> Refusal.badRequest("models: missing (expected: the models that it serves)"));
    EngineDraft draft =
        new EngineDraft(
            id.orElseGet(() -> EngineSpec.idOf(base)),
            base,
            type.map(EngineFields::type).orElse(EngineType.OPENAI),
            served.stream().map(Served::read).toList(),
            owner.orElse(siteOwner),
            hardware.flatMap(Machine::read),
            limit(maxConcurrency),
            priorityScheduling,
            ca.flatMap(EngineFields::path),
            labels.orElse(List.of()));
    return new EngineWish(draft, type.isEmpty(), key(), unchecked.orElse(false));
  }

  /** An engine with these changes. */
  EngineWish changed(EngineDraft before) {
    if (id.filter(other -> !other.equals(before.id())).isPresent()) {
      throw Refusal.badRequest("id: another one (expected: none, the id of an engine stays)");
    }
    EngineDraft draft =
        new EngineDraft(
            before.id(),
            url.map(EngineFields::baseUrl).orElse(before.url()),
            type.map(EngineFields::type).orElse(before.type()),
            models
                .map(served -> served.stream().map(Served::read).toList())
                .orElse(before.models()),
            owner.orElse(before.owner()),
            hardware.isPresent() ? hardware.flatMap(Machine::read) : before.hardware(),
            maxConcurrency.isPresent() ? limit(maxConcurrency) : before.maxConcurrency(),
            priorityScheduling.isPresent() ? priorityScheduling : before.priorityScheduling(),
            ca.isPresent() ? ca.flatMap(EngineFields::path) : before.caCertificates(),
            labels.orElse(before.labels()));
    return new EngineWish(draft, false, key(), unchecked.orElse(false));
  }

  private ApiKey key() {
    return apiKey
        .<ApiKey>map(text -> text.isEmpty() ? new ApiKey.Removed() : new ApiKey.Given(text))
        .orElseGet(ApiKey.Kept::new);
  }

  private static OptionalInt limit(OptionalInt asked) {
    return asked.isPresent() && asked.getAsInt() == 0 ? OptionalInt.empty() : asked;
  }

  private static EngineType type(String word) {
    return EngineType.of(word)
        .orElseThrow(
            () ->
                Refusal.badRequest(
                    "type: not one (expected: "
                        + Arrays.stream(EngineType.values())
                            .map(EngineType::word)
                            .collect(Collectors.joining(", "))
                        + ")"));
  }

  private static URI baseUrl(String text) {
    if (text.length() > LONGEST_URL) {
      throw Refusal.badRequest(
          "url: " + text.length() + " characters (expected: <= " + LONGEST_URL + ")");
    }
    try {
      return EngineSpec.baseUrl(new URI(text));
    } catch (URISyntaxException | IllegalArgumentException e) {
      // Not quoted: the user part of a URL may hold a password.
      throw Refusal.badRequest(
          "url: not the base URL of an engine (expected: as in http://gpu1:8000, without user,"
              + " query and fragment)");
    }
  }

  private static Optional<Path> path(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (text.length() > LONGEST_URL || text.codePoints().anyMatch(Character::isISOControl)) {
        throw Refusal.badRequest("ca: not a path (expected: a PEM file on the site's machine)");
      }
      return Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      throw Refusal.badRequest("ca: not a path (expected: a PEM file on the site's machine)");
    }
  }

  @Override
  public String toString() {
    return "EngineFields[" + id.orElse("") + "]";
  }
}
