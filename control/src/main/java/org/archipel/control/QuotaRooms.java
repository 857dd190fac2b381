package org.archipel.control;

import org.archipel.directory.quota.Events;
import org.archipel.directory.quota.Quotas;

/**
 * How much callers may use, as the control listener shows and changes it.
 *
 * @param quotas what people set
 * @param events what somebody should know of
 */
public record QuotaRooms(Quotas quotas, Events events) {}
