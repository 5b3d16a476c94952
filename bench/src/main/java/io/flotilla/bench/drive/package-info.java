/** The load generators, each run in a process of its own. */
@NullMarked
package io.flotilla.bench.drive;

import org.jspecify.annotations.NullMarked;
