/**
 * Consumer groups of the simulated cluster: members that are the real client's group core and fetcher, what is
 * committed of their groups, read off the log by the format alone, and what must hold of both.
 */
@NullMarked
package io.flotilla.sim.group;

import org.jspecify.annotations.NullMarked;
