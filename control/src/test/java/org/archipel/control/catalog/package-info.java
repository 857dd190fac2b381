@NullMarked
package org.archipel.control.catalog;

import org.jspecify.annotations.NullMarked;
