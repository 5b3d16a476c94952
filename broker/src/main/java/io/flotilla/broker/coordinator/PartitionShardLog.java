package io.flotilla.broker.coordinator;

import io.flotilla.broker.log.CorruptLogException;
import io.flotilla.broker.log.LogSlice;
import io.flotilla.broker.log.LogTruncatedException;
import io.flotilla.broker.partition.Acks;
import io.flotilla.broker.partition.AppendCallback;
import io.flotilla.broker.partition.AppendRequest;
import io.flotilla.broker.partition.FetchAnswer;
import io.flotilla.broker.partition.FetchQuestion;
import io.flotilla.broker.partition.LogBounds;
import io.flotilla.broker.partition.OffsetQuestion;
import io.flotilla.broker.partition.OffsetSearch;
import io.flotilla.broker.partition.OffsetSpec;
import io.flotilla.broker.partition.Partition;
import io.flotilla.broker.partition.Reply;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.time.Clock;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** A shard's log as the partition that this broker leads in one epoch. Any thread. */
final class PartitionShardLog implements ShardLog {
    private static final int READ_BYTES = 2 << 20;
    private static final int BATCH_BYTES_MAX = 16 << 20;
    private static final long READ_WAIT_NANOS = 500_000_000L;
    private static final long CONFIRM_WAIT_NANOS = 5_000_000_000L;
    private static final CallContext CALLER = CallContext.internal("group-coordinator");

    private final Supplier<Optional<Partition>> partition;
    private final int leaderEpoch;
    private final Executor readers;
    private final Clock clock;

    /**
     * @param partition the replica on this broker, absent while its log is being made
     * @param readers runs what reads files
     */
    PartitionShardLog(Supplier<Optional<Partition>> partition, int leaderEpoch, Executor readers, Clock clock) {
        this.partition = partition;
        this.leaderEpoch = leaderEpoch;
        this.readers = readers;
        this.clock = clock;
    }

    @Override
    public void findBounds(Reply<LogBounds> reply) {
        partition.get().ifPresentOrElse(found -> found.findBounds(leaderEpoch, reply), () -> reply.refuse(notHere()));
    }

    @Override
    public void confirm(Reply<Long> reply) {
        OffsetQuestion question =
                new OffsetQuestion(leaderEpoch, OffsetSpec.LATEST, 0, clock.nanos() + CONFIRM_WAIT_NANOS);
        partition
                .get()
                .ifPresentOrElse(
                        found -> found.findOffset(question, new Reply<>() {
                            @Override
                            public void answer(OffsetSearch end) {
                                reply.answer(end.run().offset());
                            }

                            @Override
                            public void refuse(FlotillaError error) {
                                reply.refuse(error);
                            }
                        }),
                        () -> reply.refuse(notHere()));
    }

    @Override
    public void read(long offset, Reply<CommittedBatches> reply) {
        FetchQuestion question =
                new FetchQuestion(leaderEpoch, offset, READ_BYTES, 1, clock.nanos() + READ_WAIT_NANOS, BATCH_BYTES_MAX);
        partition
                .get()
                .ifPresentOrElse(found -> found.fetch(question, new Reading(reply)), () -> reply.refuse(notHere()));
    }

    @Override
    public void append(ByteBuffer batches, AppendCallback callback) {
        AppendRequest request = new AppendRequest(CALLER, leaderEpoch, Acks.ALL, batches);
        partition.get().ifPresentOrElse(found -> found.append(request, callback), () -> {
            callback.consumed();
            callback.refused(notHere());
        });
    }

    private static FlotillaError notHere() {
        return FlotillaError.notApplied(
                ErrorCode.LEADER_NOT_AVAILABLE, "the log of the partition is being made on this broker");
    }

    /** Takes the bytes out of the files, on a reader. */
    private final class Reading implements Reply<FetchAnswer> {
        private final Reply<CommittedBatches> reply;

        Reading(Reply<CommittedBatches> reply) {
            this.reply = reply;
        }

        @Override
        public void answer(FetchAnswer answer) {
            try {
                readers.execute(() -> copy(answer));
            } catch (RejectedExecutionException e) {
                answer.records().close();
                refuse(FlotillaError.notApplied(ErrorCode.COORDINATOR_NOT_AVAILABLE, "this broker shuts down"));
            }
        }

        private void copy(FetchAnswer answer) {
            CommittedBatches read;
            try (LogSlice slice = answer.records()) {
                read = new CommittedBatches(slice.copy(), slice.nextOffset(), answer.highWatermark());
            } catch (LogTruncatedException | CorruptLogException | DiskException e) {
                refuse(FlotillaError.notApplied(
                        ErrorCode.KAFKA_STORAGE_ERROR, "the groups cannot be read from the log: " + e.getMessage()));
                return;
            }
            reply.answer(read);
        }

        @Override
        public void refuse(FlotillaError error) {
            reply.refuse(error);
        }
    }
}
