@NullMarked
package org.archipel.directory.access;

import org.jspecify.annotations.NullMarked;
