package org.archipel.relay;

import java.util.Optional;
import org.archipel.directory.Caller;
import org.archipel.directory.quota.Admission;
import org.archipel.directory.quota.Demanded;
import org.archipel.directory.quota.Exhausted;
import org.archipel.directory.quota.QuotaGate;
import org.archipel.directory.quota.Reservation;
import org.archipel.directory.quota.Used;
import org.archipel.ledger.UsageRecord;
import org.jspecify.annotations.Nullable;

/** What quotas hold for one request: asked for once, and given back when it ends. */
final class QuotaHold {
  private final QuotaGate gate;
  private @Nullable Admission admission;

  QuotaHold(QuotaGate gate) {
    this.gate = gate;
  }

  /**
   * Asks for what a request may use.
   *
   * @param arrivedMillis the time of its usage record
   * @return why not, when it is refused
   */
  Optional<Failure> reserve(Caller caller, String model, Demanded demanded, long arrivedMillis) {
    Admission said = gate.reserve(caller, model, demanded, arrivedMillis);
    admission = said;
    return said instanceof Exhausted refusal ? Optional.of(Failure.of(refusal)) : Optional.empty();
  }

  /** What the quotas said; empty before they were asked. */
  Optional<Admission> admission() {
    return Optional.ofNullable(admission);
  }

  /** The request has run, or at least an engine was asked. */
  void used(UsageRecord.Tokens tokens, long microCurrency) {
    if (admission instanceof Reservation reservation) {
      gate.settle(reservation, new Used(tokens.prompt(), tokens.completion(), microCurrency));
    }
  }

  /** No engine ever saw the request. */
  void unused() {
    if (admission instanceof Reservation reservation) {
      gate.giveBack(reservation);
    }
  }
}
