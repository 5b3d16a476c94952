package io.flotilla.broker.rpc;

import io.flotilla.broker.partition.AnswerHeader;
import io.flotilla.broker.partition.FollowerStream;
import io.flotilla.broker.partition.Partition;
import io.flotilla.broker.partition.ReplicaAnswer;
import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.broker.partition.ReplicaWish;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.wire.RegionBytes;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.FetchReplicaRequest;
import io.flotilla.proto.internal.v1.FetchReplicaResponse;
import io.flotilla.proto.internal.v1.OpenReplicaStream;
import io.flotilla.proto.internal.v1.ReplicaPosition;
import io.grpc.ServerCall;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The leader's end of one replica stream: hands a follower's questions to partitions, and sends their answers while the
 * follower has given credit. gRPC calls it on one thread; answers come from loops, segments are read on the path's
 * readers. Ends with its call.
 */
final class ReplicaStream extends ServerCall.Listener<FetchReplicaRequest>
        implements AnswerWriter.Rules<BatchesAnswer> {
    private static final BatchesAnswer HEARTBEAT = BatchesAnswer.of(
            FetchReplicaResponse.newBuilder().setHeartbeat(true).build());

    private final ServerCall<FetchReplicaRequest, BatchesAnswer> call;
    private final DataPath path;
    private final ReplicaStreams streams;
    private final AnswerWriter<BatchesAnswer> answers;
    /** The partitions that were asked and not stopped since. */
    private final Map<PartitionId, Partition> asked = new ConcurrentHashMap<>();
    /** Bytes of batches that may still be sent; negative after an answer that exceeded it. */
    private final AtomicLong creditBytes = new AtomicLong();

    private final AtomicBoolean closed = new AtomicBoolean();

    private volatile @Nullable FollowerStream follower;
    private volatile long heardAtNanos;
    private volatile long writtenAtNanos;

    ReplicaStream(ServerCall<FetchReplicaRequest, BatchesAnswer> call, DataPath path, ReplicaStreams streams) {
        this.call = call;
        this.path = path;
        this.streams = streams;
        this.answers = new AnswerWriter<>(call, path.readers(), this);
        this.heardAtNanos = path.clock().nanos();
        this.writtenAtNanos = heardAtNanos;
    }

    @Override
    public void onMessage(FetchReplicaRequest request) {
        heardAtNanos = path.clock().nanos();
        try {
            FollowerStream from = follower;
            if (from == null) {
                from = open(request);
            } else if (request.hasOpen()) {
                throw new IllegalArgumentException("a replica stream is opened once");
            }
            if (request.getCreditBytes() > 0) {
                creditBytes.addAndGet(request.getCreditBytes());
                answers.resume();
            }
            for (ReplicaPosition position : request.getPositionsList()) {
                ask(from, ReplicaFields.partition(position), ReplicaFields.question(position));
            }
        } catch (FlotillaException e) {
            fail(e.error());
        } catch (IllegalArgumentException e) {
            fail(FlotillaError.notApplied(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage())));
        }
        call.request(1);
    }

    private FollowerStream open(FetchReplicaRequest request) {
        if (!request.hasOpen()) {
            throw new IllegalArgumentException("the first message of a replica stream must open it");
        }
        OpenReplicaStream open = request.getOpen();
        if (open.getCreditBytes() <= 0) {
            throw new IllegalArgumentException("credit_bytes is " + open.getCreditBytes() + "; it must be positive");
        }
        FollowerStream admitted = streams.admit(open);
        creditBytes.set(open.getCreditBytes());
        follower = admitted;
        streams.opened(this, admitted);
        answers.addUrgent(HEARTBEAT);
        return admitted;
    }

    private void ask(FollowerStream from, PartitionId id, ReplicaQuestion question) {
        Partition partition;
        try {
            partition = path.partitions().find(id);
        } catch (FlotillaException e) {
            asked.remove(id);
            refuse(id, question, e.error());
            return;
        }
        if (question.wish() instanceof ReplicaWish.Stop) {
            asked.remove(id);
        } else {
            asked.put(id, partition);
        }
        partition.onReplicaQuestion(from, question, answer -> answer(id, answer));
    }

    private void answer(PartitionId id, ReplicaAnswer answer) {
        RegionBytes batches = answer.records() == null ? RegionBytes.NONE : new SliceRegion(answer.records());
        answers.add(new BatchesAnswer(ReplicaFields.answer(id, answer.header()), batches));
    }

    private void refuse(PartitionId id, ReplicaQuestion question, FlotillaError error) {
        if (question.wish() instanceof ReplicaWish.Fetch fetch) {
            AnswerHeader header = new AnswerHeader(
                    question.leaderEpoch(), question.session(), fetch.logEnd(), -1, -1, 0, null, null, error);
            answers.add(BatchesAnswer.of(ReplicaFields.answer(id, header)));
        }
    }

    private void fail(FlotillaError error) {
        var status = StatusErrors.toStatus(error);
        answers.fail(status.getStatus(), StatusTrailers.of(status));
        end();
    }

    /** A later stream of the same follower is open: this one's questions need no answer. */
    void supersede() {
        fail(FlotillaError.notApplied(ErrorCode.STALE_BROKER_EPOCH, "the follower opened another stream"));
    }

    /** Keeps the follower believing in this stream when nothing else was sent for this long. */
    void heartbeatAfter(long silenceNanos, long nowNanos) {
        if (nowNanos - writtenAtNanos >= silenceNanos) {
            answers.addUrgent(HEARTBEAT);
        }
    }

    /** When the follower last said anything. */
    long heardAtNanos() {
        return heardAtNanos;
    }

    @Override
    public void onHalfClose() {
        answers.finish();
        end();
    }

    @Override
    public void onReady() {
        answers.resume();
    }

    @Override
    public void onCancel() {
        answers.stop();
        FollowerStream from = follower;
        List<Partition> partitions = List.copyOf(asked.values());
        if (end() && from != null) {
            streams.broken(from, partitions);
        }
    }

    /** Takes the stream out of service; true for the first time. */
    private boolean end() {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        FollowerStream from = follower;
        if (from != null) {
            streams.closed(this, from);
            asked.values().forEach(partition -> partition.onReplicaStreamClosed(from));
            asked.clear();
        }
        return true;
    }

    @Override
    public boolean mayGo(BatchesAnswer answer) {
        return answer.batches().sizeBytes() == 0 || creditBytes.get() > 0;
    }

    @Override
    public void onWritten(BatchesAnswer answer) {
        creditBytes.addAndGet(-answer.batches().sizeBytes());
        writtenAtNanos = path.clock().nanos();
    }

    @Override
    public void onDropped(BatchesAnswer answer) {
        answer.batches().close();
    }
}
