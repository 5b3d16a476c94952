/** Tests of the faults' own bookkeeping. */
@NullMarked
package io.flotilla.sim.fault;

import org.jspecify.annotations.NullMarked;
