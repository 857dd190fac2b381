package org.archipel.control;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Authority;
import org.archipel.directory.access.Scope;
import org.archipel.directory.access.Subject;
import org.archipel.storage.StorageException;

/** The site as it is now, once or each second. */
final class LiveRoutes {
  private static final String EVENTS = "text/event-stream";

  private final LiveFeed feed;
  private final Identities identities;
  private final Authority authority = new Authority();

  LiveRoutes(LiveFeed feed, Identities identities) {
    this.feed = feed;
    this.identities = identities;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get(
                "/api/v1/live",
                "getLive",
                "The site at this moment; each second for who accepts text/event-stream")
            .needs(Action.CATALOG_READ, Concern.SITE)
            .answers(LiveView.class)
            .alsoAs(EVENTS),
        this::live);
  }

  private HttpResponse live(Call call) {
    LiveFeed.Audience audience = audience(call.subject());
    if (!call.accepts(EVENTS)) {
      return call.answer(feed.now(audience));
    }
    HttpResponseWriter writer = HttpResponse.streaming();
    // It lasts as long as the tab is open.
    call.context().clearRequestTimeout();
    writer.write(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.EVENT_STREAM)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
            .set("x-accel-buffering", "no")
            .build());
    feed.add(audience, writer, () -> sameCaller(call));
    return writer;
  }

  /** Waiting requests are shown to whom they belong; engines to who runs the site or audits it. */
  private LiveFeed.Audience audience(Subject subject) {
    return new LiveFeed.Audience(
        authority.visible(subject, Action.USAGE_READ),
        authority.may(subject, Action.QUEUE_READ, Scope.site()));
  }

  private boolean sameCaller(Call call) {
    try {
      return identities.identify(call.request().headers()).subject().equals(call.subject());
    } catch (Refusal e) {
      return false;
    } catch (StorageException e) {
      // Nobody is sent away because the database is.
      return true;
    }
  }
}
