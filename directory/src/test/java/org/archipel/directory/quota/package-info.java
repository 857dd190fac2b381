@NullMarked
package org.archipel.directory.quota;

import org.jspecify.annotations.NullMarked;
