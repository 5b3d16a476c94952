/**
 * The predicates of the replication design, and what they look at: read-only views of a simulated cluster, and ghosts
 * that remember what no node does. Knows nothing of how the cluster is simulated.
 */
@NullMarked
package io.flotilla.sim.check;

import org.jspecify.annotations.NullMarked;
