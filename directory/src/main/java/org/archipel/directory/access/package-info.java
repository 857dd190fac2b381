/**
 * Who may do what: roles, what they allow, and where.
 *
 * <p>{@link org.archipel.directory.access.Authority} is the one place that answers it. Nobody else
 * looks at roles.
 */
@NullMarked
package org.archipel.directory.access;

import org.jspecify.annotations.NullMarked;
