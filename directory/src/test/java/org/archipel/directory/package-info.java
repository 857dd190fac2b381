@NullMarked
package org.archipel.directory;

import org.jspecify.annotations.NullMarked;
