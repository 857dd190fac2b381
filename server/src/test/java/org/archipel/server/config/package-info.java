@NullMarked
package org.archipel.server.config;

import org.jspecify.annotations.NullMarked;
