package io.flotilla.broker.partition;

import io.flotilla.broker.isr.EpochEnd;
import io.flotilla.broker.isr.FollowerState;
import io.flotilla.broker.isr.FollowerStep;
import io.flotilla.broker.isr.LeaderAnswer;
import io.flotilla.broker.log.FollowerAppend;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchDefect;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** One followership at work: one question is with the leader at any time, and each answer leads to the next. */
final class Following implements Duty {
    private final Site site;
    private final FollowerAssignment assignment;
    private final FollowerState state;
    /** What the leader was last told of this replica. */
    private long toldReported = -1;
    /** When to ask again after an answer that was no use; Long.MAX_VALUE while a question is with the leader. */
    private long askAgainNanos = Long.MAX_VALUE;

    /** The last answer did not fit on the disk. */
    private boolean full;

    Following(Site site, FollowerAssignment assignment, FollowerState state) {
        this.site = site;
        this.assignment = assignment;
        this.state = state;
    }

    /**
     * Asks for what comes after the log's end; the leader sees from the question whether the logs agree. Not on a log
     * whose directory has failed: the controller was told that the replica is lost, and the leader would count on it
     * again.
     */
    void ask() {
        site.log().checkOnline();
        askAgainNanos = Long.MAX_VALUE;
        state.onLog(site.followerLog());
        toldReported = site.reported();
        send(new ReplicaWish.Fetch(
                site.log().logEnd(),
                toldReported,
                site.log().lastEpoch(),
                site.log().givenUp().notedStart(),
                site.settings().replicaFetchBytesMax()));
    }

    FollowerAssignment assignment() {
        return assignment;
    }

    @Override
    public void onStreamOpened(int leaderId) {
        if (leaderId == assignment.leaderId()) {
            state.onStreamOpened();
            ask();
        }
    }

    @Override
    public void onAnswer(int leaderId, ReceivedAnswer answer) {
        AnswerHeader header = answer.header();
        boolean ours = leaderId == assignment.leaderId()
                && header.leaderEpoch() == state.leaderEpoch()
                && header.session() == state.session();
        if (!ours) {
            return;
        }
        if (header.error() != null) {
            askLater();
            return;
        }
        BatchDefect defect = BatchCheck.storedRegion(answer.batches());
        if (defect != null) {
            discard("it holds no good batches: " + defect);
            suspect(header);
            return;
        }
        try {
            take(header, answer.batches(), state.onAnswer(leaderAnswer(header, answer.batches()), site.log()::endOf));
            full = false;
        } catch (DiskException e) {
            if (!e.isFull()) {
                throw e;
            }
            waitForSpace(e);
        }
    }

    /** The log is as it was, and goes on when it can: until then this replica is one that lags. */
    private void waitForSpace(DiskException cause) {
        site.log().checkOnline();
        if (!full) {
            full = true;
            site.ports().events().onFull(site.id(), cause);
        }
        askAfter(site.settings().fullRetryNanos());
    }

    private void take(AnswerHeader header, ByteBuffer batches, FollowerStep step) {
        if (step instanceof FollowerStep.TruncateTo cut) {
            warn(cut.belowHighWatermark(), cut.offset());
            site.log().truncateTo(cut.offset());
            truncated();
        } else if (step instanceof FollowerStep.RestartAt restart) {
            warn(restart.belowHighWatermark(), restart.offset());
            site.log().truncateFullyAndStartAt(restart.offset());
            truncated();
        } else if (step instanceof FollowerStep.Discard discarded) {
            discard(discarded.reason());
        } else if (batches.hasRemaining() && !site.space().takesReplicas()) {
            adopt(header); // where the leader has given up records, giving them up here makes space
            throw new DiskException(DiskException.Kind.FULL, site.space().shortage());
        } else if (!batches.hasRemaining() || append(batches)) {
            adopt(header);
            ask();
        } else {
            discard("its batches do not continue the log at " + site.log().logEnd());
            suspect(header);
        }
    }

    /** The log agrees with the leader's up to its end: takes over what the leader says of offsets. */
    private void adopt(AnswerHeader header) {
        state.onLog(site.followerLog());
        state.adoptHighWatermark(header.highWatermark());
        if (header.logStart() > site.log().logStart()) {
            site.log().advanceLogStart(Math.min(header.logStart(), state.highWatermark()));
        }
        site.touch();
    }

    /** False when they do not continue the log. A log may start within a batch, which travels as a whole. */
    private boolean append(ByteBuffer batches) {
        PartitionLog log = site.log();
        BatchView first = BatchRegion.of(batches).iterator().next();
        boolean startsWithin = log.logStart() == log.logEnd()
                && first.baseOffset() < log.logEnd()
                && first.nextOffset() > log.logEnd();
        if (startsWithin) {
            log.truncateFullyAndStartAt(first.baseOffset());
            state.onStartedWithin(site.followerLog());
        }
        FollowerAppend outcome = log.appendAsFollower(batches, state.leaderEpoch());
        if (outcome instanceof FollowerAppend.Appended appended) {
            site.space().onAppended(appended.range().bytes());
            return true;
        }
        return false;
    }

    /** Nobody here can tell whether the leader's log is bad, or what came between: the leader can. */
    private void suspect(AnswerHeader header) {
        toldReported = site.reported();
        send(new ReplicaWish.Suspicion(header.fetchOffset(), toldReported));
    }

    private void truncated() {
        state.onTruncated(site.followerLog());
        site.touch();
        ask();
    }

    private void warn(boolean belowHighWatermark, long offset) {
        if (belowHighWatermark) {
            site.ports().events().onCommittedTruncated(site.id(), offset, state.highWatermark());
        }
    }

    private void discard(String reason) {
        site.ports().events().onAnswerDiscarded(site.id(), reason);
        askLater();
    }

    private void askLater() {
        askAfter(site.settings().retryNanos());
    }

    private void askAfter(long nanos) {
        askAgainNanos = site.nowNanos() + nanos;
        site.keepTicking();
    }

    @Override
    public void onSynced(long nowNanos) {
        state.onLog(site.followerLog());
        if (site.reported() > toldReported) {
            toldReported = site.reported();
            send(new ReplicaWish.Report(toldReported));
        }
    }

    @Override
    public boolean onTick(long nowNanos) {
        if (askAgainNanos != Long.MAX_VALUE && nowNanos - askAgainNanos >= 0) {
            ask();
        }
        return askAgainNanos != Long.MAX_VALUE;
    }

    @Override
    public void end() {
        send(new ReplicaWish.Stop());
    }

    private void send(ReplicaWish wish) {
        site.ports()
                .leaders()
                .ask(
                        assignment.leaderId(),
                        site.id(),
                        new ReplicaQuestion(
                                state.leaderEpoch(),
                                assignment.assignmentRevision(),
                                state.session(),
                                state.seenRound(),
                                wish));
    }

    private static LeaderAnswer leaderAnswer(AnswerHeader header, ByteBuffer batches) {
        int maxEpoch = EpochEnd.NO_EPOCH;
        for (BatchView batch : BatchRegion.of(batches)) {
            maxEpoch = Math.max(maxEpoch, batch.leaderEpoch());
        }
        return new LeaderAnswer(
                header.leaderEpoch(),
                header.session(),
                header.fetchOffset(),
                maxEpoch,
                header.highWatermark(),
                header.logStart(),
                header.round(),
                Optional.ofNullable(header.diverging()));
    }

    @Override
    public FlotillaError refusal() {
        return site.refusals().notLeader(assignment.leaderId(), assignment.leaderEpoch(), Outcome.NOT_APPLIED);
    }

    @Override
    public int leaderEpoch() {
        return state.leaderEpoch();
    }

    @Override
    public long highWatermark() {
        return state.highWatermark();
    }

    @Override
    public PartitionStatus status() {
        return new PartitionStatus(
                PartitionStatus.Role.FOLLOWER,
                assignment.leaderId(),
                assignment.leaderEpoch(),
                List.of(),
                site.log().logStart(),
                site.log().logEnd(),
                site.reported(),
                state.highWatermark());
    }
}
