/**
 * The metadata log as a simulated port: linearizable, with elections, lost and doubtful submits, lag, snapshots and
 * replay. It orders commands and decides nothing: the real controller state does, on every voter. Stands where Raft
 * stands in production.
 */
@NullMarked
package io.flotilla.sim.quorum;

import org.jspecify.annotations.NullMarked;
