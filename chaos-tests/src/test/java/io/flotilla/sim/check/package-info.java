/** Each predicate before hand-made clusters: one where it does not hold, and the nearest one where it does. */
@NullMarked
package io.flotilla.sim.check;

import org.jspecify.annotations.NullMarked;
