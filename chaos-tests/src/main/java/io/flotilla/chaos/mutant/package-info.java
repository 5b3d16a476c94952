/**
 * Known bugs of replication, kept as patches outside the product, and the machinery that runs them under the simulator:
 * a simulator that does not catch them proves nothing. Knows of the simulator only what it needs to run a seed.
 */
@NullMarked
package io.flotilla.chaos.mutant;

import org.jspecify.annotations.NullMarked;
