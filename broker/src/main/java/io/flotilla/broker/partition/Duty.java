package io.flotilla.broker.partition;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.FlotillaError;

/**
 * What a partition does on this broker in one leader epoch: lead, follow, or nothing. Loop thread only. What only a
 * leader can do is refused here by default.
 */
interface Duty {
    /** Why this broker does not serve as the leader. */
    FlotillaError refusal();

    /** All offsets below this are committed, as far as is known here. */
    long highWatermark();

    int leaderEpoch();

    PartitionStatus status();

    /** The duty ends; what waits fails (R14). */
    default void end() {}

    /** The duty ends because the log failed; what waits hears of that. */
    default void onLogFailed(DiskException cause) {
        end();
    }

    default void append(AppendRequest request, AppendCallback callback) {
        callback.consumed();
        if (request.acks() != Acks.NONE) {
            callback.refused(refusal());
        }
    }

    default void fetch(ParkedFetch fetch) {
        fetch.reply().refuse(refusal());
    }

    default void cancel(ParkedFetch fetch) {}

    default void findOffset(OffsetQuestion question, Reply<OffsetSearch> reply) {
        reply.refuse(refusal());
    }

    default void findEpochEnd(EpochQuestion question, Reply<EpochAnswer> reply) {
        reply.refuse(refusal());
    }

    default void deleteRecords(DeletionQuestion question, Reply<Long> reply) {
        reply.refuse(refusal());
    }

    /** Gives up what is too old or too much. */
    default void retain() {}

    default void onReplicaQuestion(FollowerStream from, ReplicaQuestion question, ReplicaReply reply) {
        ReplicaAnswers.refuse(question, refusal(), reply);
    }

    default void onReplicaStreamClosed(FollowerStream stream) {}

    default void onReplicaLost(FollowerStream stream) {}

    default void onStreamOpened(int leaderId) {}

    default void onAnswer(int leaderId, ReceivedAnswer answer) {}

    default void drain() {}

    default void drainAsPlanned() {}

    default void endDrain() {}

    /** More of the log is durable than before. */
    default void onSynced(long nowNanos) {}

    /** The end of a turn in which something happened here. */
    default void afterTurn(long nowNanos) {}

    /** Time has passed; answers whether it matters again. */
    default boolean onTick(long nowNanos) {
        return false;
    }
}
