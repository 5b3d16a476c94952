package io.flotilla.broker.rpc;

import io.flotilla.broker.partition.Acks;
import io.flotilla.broker.partition.AppendCallback;
import io.flotilla.broker.partition.AppendRequest;
import io.flotilla.broker.partition.AppendResult;
import io.flotilla.broker.partition.Partition;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.ProduceResponse;
import io.grpc.ServerCall;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One Produce stream: hands each request to its partition in the order of arrival and sends the answers as they come.
 * gRPC calls it on one thread; answers come from loops. Takes no more requests while too many bytes wait for their
 * append or too many requests for their answer. Ends with its call; what was handed over is appended all the same.
 */
final class ProduceStream extends ServerCall.Listener<ProduceCall> implements AnswerWriter.Rules<ProduceResponse> {
    private static final long NANOS_PER_MS = 1_000_000L;

    private final ServerCall<ProduceCall, ProduceResponse> call;
    private final CallContext context;
    private final DataPath path;
    private final AnswerWriter<ProduceResponse> answers;

    /** Bytes of requests that partitions still hold. */
    private final AtomicLong heldBytes = new AtomicLong();

    private final OpenRequests requests;
    /** No request was asked of the transport because a bound was reached; whoever makes it false asks. */
    private final AtomicBoolean paused = new AtomicBoolean();

    ProduceStream(ServerCall<ProduceCall, ProduceResponse> call, CallContext context, DataPath path) {
        this.call = call;
        this.context = context;
        this.path = path;
        // Answers are small: the loop that made one writes it, which saves a thread hop.
        this.answers = new AnswerWriter<>(call, Runnable::run, this);
        this.requests = new OpenRequests(answers);
    }

    @Override
    public void onMessage(ProduceCall request) {
        if (request.isMalformed()) {
            FlotillaException refused = FlotillaError.notApplied(ErrorCode.INVALID_REQUEST, request.defect())
                    .exception();
            var status = StatusErrors.toStatus(refused);
            answers.fail(status.getStatus(), StatusTrailers.of(status));
            return;
        }
        Waiting waiting = new Waiting(request);
        try {
            append(request, waiting);
        } catch (FlotillaException e) {
            waiting.consumed();
            waiting.refused(e.error());
        }
        takeNext();
    }

    private void append(ProduceCall request, Waiting waiting) {
        ProduceRequest fields = request.fields();
        long nowNanos = path.clock().nanos();
        CallContext until = CallContexts.until(context, nowNanos + ProduceFields.timeoutMs(fields) * NANOS_PER_MS);
        Acks acks = ProduceFields.acks(fields);
        Partition partition =
                path.partitions().findToWrite(TopicReference.of(fields.getTopic()), fields.getPartition());
        int epoch = fields.hasLeaderEpoch() ? fields.getLeaderEpoch() : Partition.ANY_EPOCH;
        partition.append(new AppendRequest(until, epoch, acks, CanonicalBatches.of(request.batches())), waiting);
    }

    /** Asks for the next request unless a bound is reached. */
    private void takeNext() {
        if (hasRoom()) {
            call.request(1);
            return;
        }
        paused.set(true);
        resumeTaking();
    }

    private void resumeTaking() {
        if (hasRoom() && paused.compareAndSet(true, false)) {
            call.request(1);
        }
    }

    private boolean hasRoom() {
        return heldBytes.get() < path.settings().produceBytesMax()
                && requests.count() < path.settings().produceRequestsMax();
    }

    @Override
    public void onHalfClose() {
        requests.endWithLastAnswer();
    }

    @Override
    public void onReady() {
        answers.resume();
    }

    @Override
    public void onCancel() {
        answers.stop();
    }

    @Override
    public void onWritten(ProduceResponse answer) {
        requests.answered();
        resumeTaking();
    }

    /** One request on its way. Called by its loop, or by the stream's thread. */
    private final class Waiting implements AppendCallback {
        private final long correlationId;
        private final int sizeBytes;
        private final boolean wantsAnswer;
        private boolean held = true;

        Waiting(ProduceCall request) {
            this.correlationId = request.fields().getCorrelationId();
            this.sizeBytes = request.sizeBytes();
            this.wantsAnswer = ProduceFields.wantsAnswer(request.fields());
            heldBytes.addAndGet(sizeBytes);
            if (wantsAnswer) {
                requests.opened();
            }
        }

        @Override
        public void consumed() {
            if (held) {
                held = false;
                heldBytes.addAndGet(-sizeBytes);
                resumeTaking();
            }
        }

        @Override
        public void appended(AppendResult result) {
            answer(ProduceFields.acknowledged(correlationId, result));
        }

        @Override
        public void refused(FlotillaError error) {
            answer(ProduceResponse.newBuilder()
                    .setCorrelationId(correlationId)
                    .setError(Errors.toMessage(error))
                    .build());
        }

        private void answer(ProduceResponse answer) {
            if (wantsAnswer) {
                answers.add(answer);
            }
        }
    }
}
