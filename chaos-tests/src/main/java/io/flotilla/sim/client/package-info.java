/**
 * Clients of the simulated cluster: the real producing and consuming cores on simulated threads and gRPC calls, and an
 * operator who makes and deletes topics. What they are told goes to the witness.
 */
@NullMarked
package io.flotilla.sim.client;

import org.jspecify.annotations.NullMarked;
