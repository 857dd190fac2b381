/**
 * What a site measures, as Prometheus reads it: requests, pools, engines, ledger, virtual machine.
 *
 * <p>Labels are bounded and name organizations, classes, models and engines: never a project, a
 * person or a key. Measuring a request takes no lock, no I/O and no library.
 */
@NullMarked
package org.archipel.server.metrics;

import org.jspecify.annotations.NullMarked;
