package org.archipel.federation.exchange;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.archipel.federation.http.PublicAnswer;
import org.archipel.federation.http.PublicRequest;
import org.archipel.federation.http.PublicRoute;
import org.archipel.federation.trust.DistrustException;
import org.archipel.federation.trust.Partner;

/** A route for partners only: others are told 401 with the reason. Thread-safe. */
public final class PartnerRoute implements PublicRoute {
  private final Introductions introductions;
  private final Served served;

  /** What is done for a partner. */
  @FunctionalInterface
  public interface Served {
    /** Answers one call of a partner that was checked, exactly once. */
    void serve(Partner partner, PublicRequest request, PublicAnswer answer)
        throws IOException, InterruptedException;
  }

  public PartnerRoute(Introductions introductions, Served served) {
    this.introductions = introductions;
    this.served = served;
  }

  @Override
  public void serve(PublicRequest request, PublicAnswer answer)
      throws IOException, InterruptedException {
    Partner partner;
    try {
      partner = introductions.caller(request);
    } catch (DistrustException e) {
      // Trust has counted and logged it.
      refuse(answer, 401, e.reason().word());
      return;
    }
    served.serve(partner, request, answer);
  }

  /**
   * Answers with the name of a reason.
   *
   * @param reason a word in lower case
   */
  public static void refuse(PublicAnswer answer, int status, String reason) {
    byte[] body = ("{\"error\":{\"code\":\"" + reason + "\"}}").getBytes(StandardCharsets.UTF_8);
    answer.respond(status, "application/json", body);
  }
}
