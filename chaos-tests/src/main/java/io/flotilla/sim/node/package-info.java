/**
 * A node as the server wires it, of real parts on simulated threads, disks and network: machines, the runs of the
 * process on them, and what checks see of both. Decides nothing.
 */
@NullMarked
package io.flotilla.sim.node;

import org.jspecify.annotations.NullMarked;
