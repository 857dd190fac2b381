package org.archipel.control;

import java.time.Clock;

/**
 * What the control listener needs. It closes nothing of it.
 *
 * @param rooms what it shows and changes
 * @param site what the site says of itself
 * @param state how the site is
 * @param clock the time
 */
public record ControlParts(ControlRooms rooms, SiteFacts site, SiteState state, Clock clock) {}
