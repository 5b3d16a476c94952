/** One seed from its beginning to its verdict: a cluster under faults, then healed and expected to converge. */
@NullMarked
package io.flotilla.sim.run;

import org.jspecify.annotations.NullMarked;
