package io.flotilla.quorum.raft;

import io.flotilla.quorum.raft.QuorumStatus.MemberProgress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after what Ratis leaves unattended; runs on the lent timer and never blocks it. */
final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final String CLOSED_ITSELF = "The Raft group of this node closed itself: its log failed, or the"
            + " process stood still for more than ten minutes. Free space and check the disk of metadata.log.dir, then"
            + " start this node again.";
    private static final String REMOVED = "This node was removed from the metadata quorum. Take the role controller out"
            + " of process.roles before it starts again. To add it again: empty its metadata directory, and start it"
            + " without controller.quorum.voters.";
    private static final long PERIOD_MS = 250;
    private static final int DEAD_CHECKS_MAX = 2;
    private static final Duration NO_OP_TIMEOUT = Duration.ofSeconds(5);

    /** While space is short, a snapshot is thought of after so many checks. */
    private static final int SAVING_CHECKS = 20;

    private final RaftNode node;
    private final FreeSpace space;
    private final Consumer<Duration> commitNoOp;
    private final RaftRuntime runtime;
    private final RaftTuning tuning;
    private @Nullable ScheduledFuture<?> checks;
    private @Nullable ScheduledFuture<?> snapshots;

    /** Followers that missed two heartbeats in a row, and perhaps restarted meanwhile. Timer only. */
    private final Set<Integer> away = new HashSet<>();

    /** Whether this node was a voter in this run. Timer only. */
    private boolean voted;

    /** Checks since the division died. Timer only. */
    private int deadChecks;

    /** Checks since space became short. Timer only. */
    private int shortChecks;

    Watchdog(RaftNode node, FreeSpace space, Consumer<Duration> commitNoOp, RaftRuntime runtime, RaftTuning tuning) {
        this.node = node;
        this.space = space;
        this.commitNoOp = commitNoOp;
        this.runtime = runtime;
        this.tuning = tuning;
    }

    void start() {
        long intervalMs = tuning.snapshots().intervalMs();
        checks = runtime.timer().scheduleWithFixedDelay(this::check, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
        snapshots = runtime.timer()
                .scheduleWithFixedDelay(node::requestSnapshotIfNews, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }

    private void check() {
        try {
            stopIfDivisionDied();
            node.verifyLeadership();
            wakeReturnedFollowers();
            saveSpace();
        } catch (RuntimeException e) {
            LOG.warn("A check of the Raft group failed; the next one follows", e);
        }
    }

    /** Ratis closes a division on its own (a failed apply, a very long pause) and its server still says RUNNING. */
    private void stopIfDivisionDied() {
        LifeCycle.State state = node.lifeCycle();
        if (!state.isClosingOrClosed() && state != LifeCycle.State.EXCEPTION) {
            voted |= node.isVoter();
        } else if (deadChecks++ >= DEAD_CHECKS_MAX) { // Ratis tells why only after it has closed
            close();
            if (voted && node.wasRemoved()) {
                runtime.fatal().removed(REMOVED);
            } else {
                runtime.fatal().stop(CLOSED_ITSELF, new IllegalStateException("division " + state));
            }
        }
    }

    /**
     * A follower that comes back without its log answers heartbeats in a way that an idle leader never acts on: it
     * believes in the position that it remembers. An entry of any kind makes it look.
     */
    private void wakeReturnedFollowers() {
        if (!node.leads()) {
            away.clear();
            return;
        }
        boolean returned = false;
        for (MemberProgress member : node.status().members()) {
            long silenceMs = member.lastContactMs();
            if (silenceMs < 0 || silenceMs > tuning.election().timeoutMsMin()) {
                away.add(member.voter().id());
            } else {
                returned |= away.remove(member.voter().id());
            }
        }
        if (returned) {
            commitNoOp.accept(NO_OP_TIMEOUT);
        }
    }

    private void saveSpace() {
        space.look();
        if (!space.isShort()) {
            shortChecks = 0;
            return;
        }
        if (shortChecks++ % SAVING_CHECKS == 0) {
            node.requestSnapshotIfItSaves(space); // after it, Ratis deletes the log before it
        }
    }

    @Override
    public void close() {
        if (checks != null) {
            checks.cancel(false);
        }
        if (snapshots != null) {
            snapshots.cancel(false);
        }
    }
}
