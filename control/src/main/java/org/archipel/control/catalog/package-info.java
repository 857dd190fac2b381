/**
 * The catalog: models and engines of the configuration file and those that people add while the
 * site runs. Keeps the latter, checks what is wanted, and tells the engine registry. Nothing here
 * speaks HTTP to callers.
 */
@NullMarked
package org.archipel.control.catalog;

import org.jspecify.annotations.NullMarked;
