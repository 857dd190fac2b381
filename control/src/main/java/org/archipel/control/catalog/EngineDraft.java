package org.archipel.control.catalog;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineType;
import org.archipel.engines.Hardware;

/**
 * An engine as somebody wants it, but for its API key.
 *
 * @param id what it is called in answers, metrics and the ledger
 * @param url base URL without a trailing slash and without {@code /v1}
 * @param type what speaks there
 * @param models what it serves, 1 to 64
 * @param owner the organization that owns it
 * @param hardware what it runs on
 * @param maxConcurrency how many requests may run on it at once, at least 1
 * @param priorityScheduling whether it was started to heed priorities
 * @param caCertificates PEM file on the site's machine, of authorities to trust for https
 * @param labels what it promises, at most 32
 */
public record EngineDraft(
    String id,
    URI url,
    EngineType type,
    List<ServedModel> models,
    String owner,
    Optional<Hardware> hardware,
    OptionalInt maxConcurrency,
    Optional<Boolean> priorityScheduling,
    Optional<Path> caCertificates,
    List<String> labels) {
  private static final int MOST_MODELS = 64;
  private static final int MOST_LABELS = 32;
  private static final int MOST_DEVICES = 1024;

  /**
   * Checks the forms.
   *
   * @throws CatalogException of kind {@code INVALID}
   */
  public EngineDraft {
    Form.ENGINE_ID.check("id", id);
    Form.ORGANIZATION.check("owner", owner);
    if (models.isEmpty() || models.size() > MOST_MODELS) {
      throw Form.invalid("models", models.size() + " of them", "1 to " + MOST_MODELS);
    }
    Set<String> names = new HashSet<>();
    for (ServedModel served : models) {
      if (!names.add(served.model())) {
        throw Form.invalid("models", served.model(), "each model once");
      }
    }
    if (labels.size() > MOST_LABELS) {
      throw Form.invalid("labels", labels.size() + " of them", "at most " + MOST_LABELS);
    }
    labels.forEach(label -> Form.LABEL.check("labels", label));
    hardware.ifPresent(EngineDraft::check);
    if (maxConcurrency.isPresent() && maxConcurrency.getAsInt() < 1) {
      throw Form.invalid("max_concurrency", String.valueOf(maxConcurrency.getAsInt()), ">= 1");
    }
    models = List.copyOf(models);
    labels = labels.stream().distinct().sorted().toList();
  }

  private static void check(Hardware hardware) {
    Form.DEVICE.check("hardware.device", hardware.device());
    if (hardware.count() > MOST_DEVICES) {
      throw Form.invalid(
          "hardware.count", String.valueOf(hardware.count()), "1 to " + MOST_DEVICES);
    }
  }

  /** The engine as the registry knows it, for one of its models. */
  EngineSpec spec(ServedModel served, Optional<String> apiKey) {
    return new EngineSpec(
        id,
        url,
        type,
        served.upstreamModel(),
        apiKey,
        caCertificates,
        owner,
        hardware,
        maxConcurrency,
        priorityScheduling,
        new HashSet<>(labels));
  }

  /** The same engine with other models. */
  EngineDraft withModels(List<ServedModel> others) {
    return new EngineDraft(
        id,
        url,
        type,
        others,
        owner,
        hardware,
        maxConcurrency,
        priorityScheduling,
        caCertificates,
        labels);
  }

  /** The same engine of another type. */
  EngineDraft withType(EngineType other) {
    return new EngineDraft(
        id,
        url,
        other,
        models,
        owner,
        hardware,
        maxConcurrency,
        priorityScheduling,
        caCertificates,
        labels);
  }

  /** Whether requests would reach the same models at the same place. */
  boolean samePlace(EngineDraft other) {
    return url.equals(other.url)
        && type == other.type
        && models.equals(other.models)
        && caCertificates.equals(other.caCertificates);
  }
}
