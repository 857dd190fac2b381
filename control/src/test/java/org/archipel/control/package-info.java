@NullMarked
package org.archipel.control;

import org.jspecify.annotations.NullMarked;
