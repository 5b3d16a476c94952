package io.flotilla.quorum.raft;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the process lends to the quorum; the process closes it after the quorum.
 *
 * @param pool may block: submissions wait in it until Raft has appended them, snapshots are written in it, and results
 *     and events are delivered in it. Never an event loop
 * @param timer runs short periodic checks and submission timeouts
 * @param fatal stops the process
 * @param leadership is told when this node begins and ceases to lead
 */
public record RaftRuntime(
        ExecutorService pool, ScheduledExecutorService timer, FatalStop fatal, LeadershipListener leadership) {}
