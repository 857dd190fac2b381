@NullMarked
package org.archipel.server.metrics;

import org.jspecify.annotations.NullMarked;
