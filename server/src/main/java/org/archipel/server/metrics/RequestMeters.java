package org.archipel.server.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.archipel.relay.RelayObserver;
import org.archipel.relay.SettledRequest;

/** Counts requests by organization, class and model. Thread-safe, without locks once warm. */
final class RequestMeters implements RelayObserver {
  private final Map<RequestSeries, RequestCells> cells = new ConcurrentHashMap<>();
  private final LabelCap<RequestSeries> cap;

  RequestMeters(LabelCap<RequestSeries> cap) {
    this.cap = cap;
  }

  @Override
  public void settled(SettledRequest request) {
    RequestSeries series =
        new RequestSeries(
            request.record().caller().organization(),
            request.serviceClass(),
            request.record().model());
    RequestCells known = cells.get(series);
    (known == null ? admitted(series) : known).count(request);
  }

  private RequestCells admitted(RequestSeries series) {
    return cells.computeIfAbsent(
        cap.admit(series, series.other()), admitted -> new RequestCells(admitted.serviceClass()));
  }

  void writeTo(Scrape scrape) {
    cells.forEach((series, counted) -> counted.writeTo(scrape, series.labels()));
  }
}
