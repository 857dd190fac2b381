package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Locale;
import org.archipel.scheduling.ServiceClass;

/** Whose requests are counted together. */
record RequestSeries(String organization, ServiceClass serviceClass, String model) {
  /** Where those go that came after all places were taken. */
  RequestSeries other() {
    return new RequestSeries(LabelCap.OTHER, serviceClass, LabelCap.OTHER);
  }

  Labels labels() {
    return Labels.of(
        "org", organization, "class", serviceClass.name().toLowerCase(Locale.ROOT), "model", model);
  }
}
