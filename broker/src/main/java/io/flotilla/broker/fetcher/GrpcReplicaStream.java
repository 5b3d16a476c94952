package io.flotilla.broker.fetcher;

import io.flotilla.broker.partition.ReceivedAnswer;
import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.broker.rpc.ReplicaFields;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.wire.Ids;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.FetchReplicaRequest;
import io.flotilla.proto.internal.v1.OpenReplicaStream;
import io.flotilla.proto.internal.v1.ReplicaPosition;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One replica stream over gRPC, the follower's end. Questions come from any thread and are gathered: whoever finds
 * nobody sending sends all that waits in one message. Ends with its call.
 */
final class GrpcReplicaStream extends ClientCall.Listener<GrpcReplicaFrame> implements ReplicaTransport.Stream {
    private static final int POSITIONS_PER_MESSAGE_MAX = 1_024;

    private final ClientCall<FetchReplicaRequest, GrpcReplicaFrame> call;
    private final ReplicaTransport.Events events;
    private final Consumer<StatusRuntimeException> failed;

    private final Queue<ReplicaPosition> positions = new ConcurrentLinkedQueue<>();
    private final AtomicLong grantedBytes = new AtomicLong();
    private final AtomicBoolean heartbeatDue = new AtomicBoolean();
    /** Reasons to look what is to be sent that nobody has worked off; who makes it 1 sends. */
    private final AtomicInteger work = new AtomicInteger();

    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param failed hears how the call ended, when the peer or the transport ended it */
    GrpcReplicaStream(
            ClientCall<FetchReplicaRequest, GrpcReplicaFrame> call,
            ReplicaTransport.Events events,
            Consumer<StatusRuntimeException> failed) {
        this.call = call;
        this.events = events;
        this.failed = failed;
    }

    /** Opens the stream; nothing else may be called before. */
    void start(ReplicaStreamOpening opening, long creditBytes) {
        work.set(1);
        call.start(this, new Metadata());
        // What may come is bounded by the credit.
        call.request(Integer.MAX_VALUE);
        call.sendMessage(FetchReplicaRequest.newBuilder()
                .setOpen(OpenReplicaStream.newBuilder()
                        .setClusterId(opening.clusterId())
                        .setFollowerId(opening.followerId())
                        .setFollowerEpoch(opening.followerEpoch())
                        .setFollowerIncarnation(Ids.bytes(opening.followerIncarnation()))
                        .setLeaderBrokerEpoch(opening.leaderEpoch())
                        .setCreditBytes(creditBytes))
                .build());
        work();
    }

    @Override
    public void ask(PartitionId partition, ReplicaQuestion question) {
        positions.add(ReplicaFields.position(partition, question));
        send();
    }

    @Override
    public void grant(long bytes) {
        grantedBytes.addAndGet(bytes);
        send();
    }

    @Override
    public void heartbeat() {
        heartbeatDue.set(true);
        send();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            call.cancel("the follower gives the stream up", null);
        }
    }

    private void send() {
        if (work.getAndIncrement() == 0) {
            work();
        }
    }

    private void work() {
        int seen = work.get();
        do {
            sendWhatWaits();
            seen = work.addAndGet(-seen);
        } while (seen != 0);
    }

    private void sendWhatWaits() {
        while (!closed.get() && call.isReady()) {
            FetchReplicaRequest.Builder request = FetchReplicaRequest.newBuilder();
            ReplicaPosition next = positions.poll();
            while (next != null) {
                request.addPositions(next);
                next = request.getPositionsCount() < POSITIONS_PER_MESSAGE_MAX ? positions.poll() : null;
            }
            request.setCreditBytes(grantedBytes.getAndSet(0));
            boolean beat = heartbeatDue.getAndSet(false);
            if (request.getPositionsCount() == 0 && request.getCreditBytes() == 0 && !beat) {
                return;
            }
            call.sendMessage(request.build());
        }
    }

    @Override
    public void onReady() {
        send();
    }

    @Override
    public void onMessage(GrpcReplicaFrame frame) {
        if (closed.get()) {
            return;
        }
        if (!frame.defect().isEmpty()) {
            fail(frame.defect());
        } else if (frame.fields().getHeartbeat()) {
            events.onHeartbeat();
        } else {
            answer(frame);
        }
    }

    private void answer(GrpcReplicaFrame frame) {
        PartitionId partition;
        try {
            partition = ReplicaFields.partition(frame.fields());
        } catch (IllegalArgumentException e) {
            fail("an answer names no partition: " + e.getMessage());
            return;
        }
        events.onAnswer(partition, new ReceivedAnswer(ReplicaFields.header(frame.fields()), frame.batches()));
    }

    /** The leader breaks the protocol. */
    private void fail(String defect) {
        if (closed.compareAndSet(false, true)) {
            call.cancel(defect, null);
            events.onClosed(FlotillaError.unknown(ErrorCode.CORRUPT_MESSAGE, defect));
        }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        if (closed.compareAndSet(false, true)) {
            StatusRuntimeException failure = status.asRuntimeException(trailers);
            failed.accept(failure);
            events.onClosed(StatusErrors.ofFailure(failure));
        }
    }
}
