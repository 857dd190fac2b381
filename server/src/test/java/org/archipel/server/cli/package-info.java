@NullMarked
package org.archipel.server.cli;

import org.jspecify.annotations.NullMarked;
