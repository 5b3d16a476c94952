/**
 * What a replicated log asks of the state that it hosts: the seam between the controller's pure state and Raft.
 *
 * <p>Knows neither Raft nor topics: bytes in, bytes out. Whoever implements it stays free of threads and clocks.
 */
@NullMarked
package io.flotilla.quorum.log;

import org.jspecify.annotations.NullMarked;
