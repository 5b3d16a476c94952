package io.flotilla.broker.rpc;

import io.flotilla.broker.partition.Cancellation;
import io.flotilla.broker.partition.FetchAnswer;
import io.flotilla.broker.partition.FetchQuestion;
import io.flotilla.broker.partition.Partition;
import io.flotilla.broker.partition.Reply;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.v1.FetchRequest;
import io.flotilla.proto.v1.FetchResponse;
import io.grpc.ServerCall;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One Fetch stream: asks partitions and sends what they answer; segments are read on the path's readers while they go
 * out. gRPC calls it on one thread; answers come from loops. A bounded number of requests is open, further ones wait in
 * the transport. Ends with its call, and every question that still waits with it.
 */
final class FetchStream extends ServerCall.Listener<FetchRequest> implements AnswerWriter.Rules<BatchesAnswer> {
    private final ServerCall<FetchRequest, BatchesAnswer> call;
    private final DataPath path;
    private final AnswerWriter<BatchesAnswer> answers;
    private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
    private final OpenRequests requests;
    /** Requests so far; of the call's thread. */
    private long taken;

    private volatile boolean ended;

    FetchStream(ServerCall<FetchRequest, BatchesAnswer> call, DataPath path) {
        this.call = call;
        this.path = path;
        this.answers = new AnswerWriter<>(call, path.readers(), this);
        this.requests = new OpenRequests(answers);
    }

    @Override
    public void onMessage(FetchRequest request) {
        requests.opened();
        Waiting fetch = new Waiting(request.getCorrelationId(), taken++);
        try {
            FetchQuestion question =
                    FetchFields.question(request, path.settings(), path.clock().nanos());
            Partition partition = path.partitions().find(TopicReference.of(request.getTopic()), request.getPartition());
            waiting.add(fetch);
            fetch.cancelWith(partition.fetch(question, fetch));
        } catch (FlotillaException e) {
            fetch.refuse(e.error());
        }
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
        ended = true;
        // In the order in which they came: a set has one of its own in every run.
        waiting.stream().sorted(Comparator.comparingLong(fetch -> fetch.number)).forEach(Waiting::cancel);
        answers.stop();
    }

    @Override
    public void onWritten(BatchesAnswer answer) {
        call.request(1);
        requests.answered();
    }

    @Override
    public void onDropped(BatchesAnswer answer) {
        answer.batches().close();
    }

    /** One request on its way. */
    private final class Waiting implements Reply<FetchAnswer> {
        private final long correlationId;
        private final long number;
        private volatile @Nullable Cancellation cancellation;

        Waiting(long correlationId, long number) {
            this.correlationId = correlationId;
            this.number = number;
        }

        void cancelWith(Cancellation ofPartition) {
            cancellation = ofPartition;
            if (ended) {
                cancel();
            }
        }

        void cancel() {
            Cancellation known = cancellation;
            if (known != null && waiting.remove(this)) {
                known.cancel();
            }
        }

        @Override
        public void answer(FetchAnswer answer) {
            waiting.remove(this);
            answers.add(
                    new BatchesAnswer(FetchFields.answer(correlationId, answer), new SliceRegion(answer.records())));
        }

        @Override
        public void refuse(FlotillaError error) {
            waiting.remove(this);
            answers.add(BatchesAnswer.of(FetchResponse.newBuilder()
                    .setCorrelationId(correlationId)
                    .setError(Errors.toMessage(error))
                    .build()));
        }
    }
}
