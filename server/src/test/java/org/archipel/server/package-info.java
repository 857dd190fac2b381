@NullMarked
package org.archipel.server;

import org.jspecify.annotations.NullMarked;
