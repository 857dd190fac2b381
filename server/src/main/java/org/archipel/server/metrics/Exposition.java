package org.archipel.server.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * The text that Prometheus reads: our own values, and those of the process and its virtual machine
 * by Micrometer. Thread-safe.
 */
final class Exposition implements AutoCloseable {
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final PrometheusMeterRegistry registry;

  Exposition(Supplier<Scrape> own) {
    PrometheusRegistry all = new PrometheusRegistry();
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, all, Clock.SYSTEM);
    MultiCollector collector = () -> own.get().snapshots();
    all.register(collector);
    List<MeterBinder> binders =
        List.of(
            new JvmInfoMetrics(),
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics(),
            collections);
    binders.forEach(binder -> binder.bindTo(registry));
  }

  byte[] scrape() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      registry.scrape(text);
    } catch (IOException e) {
      throw new UncheckedIOException("memory that cannot be written to", e);
    }
    return text.toByteArray();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
