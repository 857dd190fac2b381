@NullMarked
package org.archipel.directory.census;

import org.jspecify.annotations.NullMarked;
