/**
 * A deterministic disk in memory that can lose what was not synced, tear writes, flip bits, fill up and fail. For the
 * simulator and for tests; the product never uses it.
 */
@NullMarked
package io.flotilla.model.disk.simulated;

import org.jspecify.annotations.NullMarked;
