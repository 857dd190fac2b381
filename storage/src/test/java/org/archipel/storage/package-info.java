@NullMarked
package org.archipel.storage;

import org.jspecify.annotations.NullMarked;
