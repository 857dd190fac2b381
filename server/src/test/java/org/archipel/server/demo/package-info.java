@NullMarked
package org.archipel.server.demo;

import org.jspecify.annotations.NullMarked;
