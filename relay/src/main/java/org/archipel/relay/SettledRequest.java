package org.archipel.relay;

import org.archipel.ledger.UsageRecord;
import org.archipel.scheduling.ServiceClass;

/**
 * A request that is over, as it was measured. Nothing in it is taken from a prompt or an answer.
 *
 * @param record its account
 * @param recorded whether the journal took the account; otherwise its client is told an error
 * @param serviceClass how patient its caller was
 * @param firstTokenMicros microseconds from its arrival to the first piece of a streamed answer; 0
 *     when none came
 * @param pushbacks attempts after the first that were made because an engine was busy
 * @param failures attempts after the first that were made because an engine failed
 */
public record SettledRequest(
    UsageRecord record,
    boolean recorded,
    ServiceClass serviceClass,
    long firstTokenMicros,
    int pushbacks,
    int failures) {}
