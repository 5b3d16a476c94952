package io.flotilla.broker.partition;

import io.flotilla.broker.isr.CommittedPartition;
import io.flotilla.broker.isr.LeaderState;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.PartitionId;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One partition on this broker: leads, follows, or waits for metadata. Any thread may call it; everything happens on
 * its loop, in the order of the calls. Requests of clients are refused with OVERLOADED when the loop's queue is full;
 * what the cluster itself sends never is. Whoever opened its log closes it, after {@link #stop}.
 */
public final class Partition implements FollowerPort {
    /** Stands for "no leader epoch known". */
    public static final int ANY_EPOCH = -1;

    private final PartitionId id;
    private final Loop loop;
    private final PartitionWork work;

    public Partition(PartitionConfig config, TopicBounds bounds) {
        this.id = config.id();
        this.loop = config.loop();
        this.work = new PartitionWork(config, bounds);
    }

    public PartitionId id() {
        return id;
    }

    /** The partition as it was at the end of some recent turn. */
    public PartitionStatus status() {
        return work.status();
    }

    // ---- metadata ------------------------------------------------------------------------------------------------

    /**
     * Applied metadata shows this broker as the leader; called again for every change of the partition's state. A state
     * of an earlier leader epoch, or an earlier partition epoch, is ignored.
     *
     * @param ownBrokerEpoch this broker's registration
     */
    public void becomeLeader(CommittedPartition committed, long ownBrokerEpoch) {
        loop.execute(() -> work.lead(committed, ownBrokerEpoch));
    }

    /** Applied metadata shows another leader, or none. An earlier leader epoch is ignored. */
    public void becomeFollower(FollowerAssignment assignment) {
        loop.execute(() -> work.follow(assignment));
    }

    /** The topic's configuration changed. */
    public void configure(TopicBounds bounds) {
        loop.execute(() -> work.configure(bounds));
    }

    /**
     * Ends all work here, for good; {@code stopped} runs on the loop when nothing touches the log any more, a sync that
     * was under way included.
     */
    public void stop(Runnable stopped) {
        loop.execute(() -> work.stop(stopped));
    }

    /** Before the process ends (R14): refuses writes, lets pending acknowledgements finish, then resigns. */
    public void drain() {
        execute(Duty::drain);
    }

    /** The same for a planned leader; while no controller is there to end it, writes are taken again (R13). */
    public void drainAsPlanned() {
        execute(Duty::drainAsPlanned);
    }

    /** Gives up a planned move that has not happened. */
    public void endDrain() {
        execute(Duty::endDrain);
    }

    // ---- clients -------------------------------------------------------------------------------------------------

    /** Appends batches to the leader's log and answers as the request's acks ask. */
    public void append(AppendRequest request, AppendCallback callback) {
        if (!loop.offer(() -> work.append(request, callback))) {
            work.refusedAtTheDoor(request);
            callback.consumed();
            if (request.acks() != Acks.NONE) {
                callback.refused(overloaded());
            }
        }
    }

    /** Reads committed batches, waiting for them as long as the question allows. */
    public Cancellation fetch(FetchQuestion question, Reply<FetchAnswer> reply) {
        ParkedFetch fetch = new ParkedFetch(question, reply);
        if (!loop.offer(() -> work.act(duty -> duty.fetch(fetch)))) {
            reply.refuse(overloaded());
        }
        return () -> {
            fetch.cancel();
            execute(duty -> duty.cancel(fetch));
        };
    }

    /** Finds an offset by position or time; what is answered may still have to be looked for, off the loop. */
    public void findOffset(OffsetQuestion question, Reply<OffsetSearch> reply) {
        offer(duty -> duty.findOffset(question, reply), reply);
    }

    /** Finds where a leader epoch ends. */
    public void findEpochEnd(EpochQuestion question, Reply<EpochAnswer> reply) {
        offer(duty -> duty.findEpochEnd(question, reply), reply);
    }

    /**
     * What the log of the leader in this epoch holds now, whether it is committed or not: for those who alone write it
     * and must know where they begin.
     */
    public void findBounds(int leaderEpoch, Reply<LogBounds> reply) {
        if (!loop.offer(() -> work.findBounds(leaderEpoch, reply))) {
            reply.refuse(overloaded());
        }
    }

    /** Gives records up before their time; the answer is where the logs of all in-sync replicas start. */
    public void deleteRecords(DeletionQuestion question, Reply<Long> reply) {
        offer(duty -> duty.deleteRecords(question, reply), reply);
    }

    /** Gives up what the topic wants kept no longer, if this broker leads; followers follow. Call it now and then. */
    public void retain() {
        work.retain();
    }

    // ---- other replicas ------------------------------------------------------------------------------------------

    /** Takes a follower's question. The answer may wait for records; a later fetch of the same follower replaces it. */
    public void onReplicaQuestion(FollowerStream from, ReplicaQuestion question, ReplicaReply reply) {
        execute(duty -> duty.onReplicaQuestion(from, question, reply));
    }

    /** A follower's stream ended: what it asked there needs no answer. Suspicion only, no proof of death. */
    public void onReplicaStreamClosed(FollowerStream stream) {
        execute(duty -> duty.onReplicaStreamClosed(stream));
    }

    /** The process behind a follower's stream is proven dead: the stream closed, then probes were refused. */
    public void onReplicaLost(FollowerStream stream) {
        execute(duty -> duty.onReplicaLost(stream));
    }

    /**
     * Bounds of a digest of this replica's stored bytes, -1 meaning log start and high watermark; on leaders and
     * followers alike.
     */
    public void digestRange(long startOffset, long endOffset, Reply<DigestRange> reply) {
        if (!loop.offer(() -> work.digest(startOffset, endOffset, reply))) {
            reply.refuse(overloaded());
        }
    }

    @Override
    public void onStreamOpened(int leaderId) {
        execute(duty -> duty.onStreamOpened(leaderId));
    }

    @Override
    public void onAnswer(int leaderId, ReceivedAnswer answer, Runnable taken) {
        loop.execute(() -> {
            work.act(duty -> duty.onAnswer(leaderId, answer));
            taken.run();
        });
    }

    // ---- what a simulator looks at; loop thread only ---------------------------------------------------------------

    /** The leadership under way. */
    public Optional<LeaderState> leadership() {
        return work.leadership();
    }

    /** The log that it was made of. */
    public PartitionLog log() {
        return work.log();
    }

    // ---- the way to the loop -------------------------------------------------------------------------------------

    private void execute(Consumer<Duty> action) {
        loop.execute(() -> work.act(action));
    }

    private void offer(Consumer<Duty> action, Reply<?> reply) {
        if (!loop.offer(() -> work.act(action))) {
            reply.refuse(overloaded());
        }
    }

    private FlotillaError overloaded() {
        return FlotillaError.notApplied(
                        ErrorCode.OVERLOADED, "the queue of the loop that owns partition " + id + " is full")
                .withRetryAfterMs(50);
    }

    @Override
    public String toString() {
        return id + " " + status();
    }
}
