package org.archipel.control;

import java.time.Clock;

/**
 * What the control listener needs. It closes nothing of it.
 *
 * @param rooms what it shows and changes
 * @param access who may come in
 * @param site what the site says of itself
 * @param state how the site is
 * @param console what only the console needs
 * @param clock the time
 */
public record ControlParts(
    ControlRooms rooms,
    AccessParts access,
    SiteFacts site,
    SiteState state,
    ConsoleParts console,
    Clock clock) {}
