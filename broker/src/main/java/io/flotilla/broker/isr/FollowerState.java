package io.flotilla.broker.isr;

import io.flotilla.model.error.Invariant;
import java.util.function.LongSupplier;

/**
 * One followership of a partition: how the follower makes its log agree with the leader's (R1), and which answers it
 * believes (R10). Owned by the partition's loop; another leader or epoch gets a new one.
 *
 * <p>The follower never truncates to a high watermark: each question carries the epoch of its last batch; where the
 * logs disagree the leader names the end of the largest epoch that it has up to that one, and the follower cuts back to
 * the smaller of the two ends and asks again (KIP-101, KIP-279).
 */
public final class FollowerState {
    private final int leaderEpoch;
    private final LongSupplier sessions;
    private FollowerLog log;
    /** A new one after each truncation and restart, so that answers to earlier questions are told apart. */
    private long session;
    /** All offsets below this are committed; at most the log end. */
    private long highWatermark;
    /** The largest round seen in an answer. */
    private long seenRound;

    /**
     * @param sessions gives sessions, each greater than all that this run of the broker used before
     * @param highWatermark the last that this replica knew; lowered to the log end
     */
    public FollowerState(int leaderEpoch, FollowerLog log, LongSupplier sessions, long highWatermark) {
        this.leaderEpoch = leaderEpoch;
        this.log = log;
        this.sessions = sessions;
        this.session = sessions.getAsLong();
        this.highWatermark = Math.min(highWatermark, log.logEnd());
    }

    /** Decides on an answer; {@code own} finds where an epoch ends in the follower's log. */
    public FollowerStep onAnswer(LeaderAnswer answer, EpochEnds own) {
        if (answer.leaderEpoch() != leaderEpoch) {
            return new FollowerStep.Discard("it is of leader epoch " + answer.leaderEpoch());
        }
        if (answer.session() != session) {
            return new FollowerStep.Discard("it is of session " + answer.session());
        }
        if (answer.fetchOffset() != log.logEnd()) {
            return new FollowerStep.Discard("it answers a fetch at " + answer.fetchOffset());
        }
        if (answer.maxBatchEpoch() > leaderEpoch) {
            return new FollowerStep.Discard("it holds a batch of epoch " + answer.maxBatchEpoch());
        }
        seenRound = Math.max(seenRound, answer.round());
        if (answer.diverging().isPresent()) {
            return onDivergence(answer.diverging().get(), answer.logStart(), own);
        }
        if (answer.logStart() > log.logEnd()) {
            return new FollowerStep.RestartAt(answer.logStart(), false);
        }
        return new FollowerStep.Append();
    }

    private FollowerStep onDivergence(EpochEnd leaders, long leaderLogStart, EpochEnds own) {
        EpochEnd ours = own.endOf(leaders.epoch());
        long target = Math.min(ours.endOffset(), leaders.endOffset());
        boolean common = leaders.epoch() != EpochEnd.NO_EPOCH && ours.epoch() != EpochEnd.NO_EPOCH;
        boolean reaches = leaderLogStart <= log.logStart() && log.logStart() <= leaders.endOffset();
        if (leaders.epoch() != EpochEnd.NO_EPOCH && ours.epoch() == EpochEnd.NO_EPOCH && reaches) {
            // All that is left here is of later epochs; the leader goes on where it was given up.
            return new FollowerStep.TruncateTo(log.logStart(), log.logStart() < highWatermark);
        }
        if (!common || target < log.logStart()) {
            return new FollowerStep.RestartAt(leaderLogStart, leaderLogStart < highWatermark);
        }
        return new FollowerStep.TruncateTo(target, target < highWatermark);
    }

    /**
     * The log was cut back, or restarted, as {@link #onAnswer} asked; a high watermark above its end comes down (R11).
     */
    public void onTruncated(FollowerLog now) {
        log = now;
        session = sessions.getAsLong();
        highWatermark = Math.max(now.logStart(), Math.min(highWatermark, now.logEnd()));
    }

    /** The empty log begins anew within the batch that its leader's log starts within: nothing of it goes back. */
    public void onStartedWithin(FollowerLog now) {
        log = now;
    }

    /** The log grew, became durable, or dropped old records. */
    public void onLog(FollowerLog now) {
        Invariant.check(
                now.logEnd() >= log.logEnd(), "a follower's log went back from %d to %d", log.logEnd(), now.logEnd());
        log = now;
    }

    /** The stream to the leader was opened anew: what was asked on the old one is void. */
    public void onStreamOpened() {
        session = sessions.getAsLong();
    }

    /** Adopts the leader's high watermark, once the log agrees and the answer's batches are in it (R9). */
    public void adoptHighWatermark(long leaders) {
        highWatermark = Math.max(highWatermark, Math.min(leaders, log.logEnd()));
    }

    public int leaderEpoch() {
        return leaderEpoch;
    }

    public FollowerLog log() {
        return log;
    }

    public long session() {
        return session;
    }

    public long highWatermark() {
        return highWatermark;
    }

    public long seenRound() {
        return seenRound;
    }
}
