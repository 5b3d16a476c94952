package io.flotilla.client.internal.rpc;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.wire.StatusErrors;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One question to a broker, whose answer or failure is handed to the loop. */
final class UnaryCall<A> extends ClientCall.Listener<A> {
    private final Line line;
    private final Receiver<A> receiver;
    private @Nullable A answer;

    /** Hears, on the loop, how the call ended; exactly one method is called. */
    interface Receiver<A> {
        void received(A answer);

        void failed(FlotillaError error);
    }

    /** Where a call goes, who runs what comes back, and how long it may take. */
    record Line(ChannelPool channels, Endpoint broker, Executor loop, long timeoutMs) {}

    private UnaryCall(Line line, Receiver<A> receiver) {
        this.line = line;
        this.receiver = receiver;
    }

    static <Q, A> void start(Line line, MethodDescriptor<Q, A> method, Q question, Receiver<A> receiver) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(line.timeoutMs(), TimeUnit.MILLISECONDS);
        ClientCall<Q, A> call = line.channels().to(line.broker()).newCall(method, options);
        call.start(new UnaryCall<>(line, receiver), new Metadata());
        call.request(2);
        call.sendMessage(question);
        call.halfClose();
    }

    @Override
    public void onMessage(A message) {
        answer = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        A received = answer;
        if (status.isOk() && received != null) {
            line.loop().execute(() -> receiver.received(received));
            return;
        }
        line.channels().discardUnlessReady(line.broker());
        Status failure = status.isOk() ? Status.INTERNAL.withDescription("the answer is missing") : status;
        FlotillaError error = StatusErrors.ofFailure(failure.asRuntimeException(trailers));
        line.loop().execute(() -> receiver.failed(error));
    }
}
