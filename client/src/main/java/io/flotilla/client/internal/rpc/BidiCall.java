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
import java.util.function.Function;

/**
 * One open stream to a broker. The loop sends; what comes back is handed to the loop. After {@link #close} or a break
 * the receiver hears nothing.
 */
final class BidiCall<Q, A, T> extends ClientCall.Listener<A> {
    private final ClientCall<Q, A> call;
    private final Line line;
    private final Function<A, T> translation;
    private final Receiver<T> receiver;
    /** Read and written by the loop only. */
    private boolean over;

    /** Hears, on the loop, what a stream brings. */
    interface Receiver<T> {
        void received(T message);

        void broken(FlotillaError error);
    }

    /** Where a call goes and who runs what comes back. */
    record Line(ChannelPool channels, Endpoint broker, Executor loop) {}

    private BidiCall(Line line, ClientCall<Q, A> call, Function<A, T> translation, Receiver<T> receiver) {
        this.line = line;
        this.call = call;
        this.translation = translation;
        this.receiver = receiver;
    }

    /** Opens a stream; a message that cannot be translated (IllegalArgumentException) breaks it. */
    static <Q, A, T> BidiCall<Q, A, T> open(
            Line line, MethodDescriptor<Q, A> method, Function<A, T> translation, Receiver<T> receiver) {
        ClientCall<Q, A> call = line.channels().to(line.broker()).newCall(method, CallOptions.DEFAULT);
        BidiCall<Q, A, T> opened = new BidiCall<>(line, call, translation, receiver);
        call.start(opened, new Metadata());
        call.request(Integer.MAX_VALUE);
        return opened;
    }

    void send(Q message) {
        if (!over) {
            call.sendMessage(message);
        }
    }

    /** Tells the broker that nothing more is sent. */
    void halfClose() {
        if (!over) {
            call.halfClose();
        }
    }

    void close() {
        if (!over) {
            over = true;
            call.cancel("the client closed the stream", null);
        }
    }

    @Override
    public void onMessage(A message) {
        T translated;
        try {
            translated = translation.apply(message);
        } catch (IllegalArgumentException e) {
            call.cancel("the broker sent what is no valid message: " + e.getMessage(), e);
            return;
        }
        line.loop().execute(() -> {
            if (!over) {
                receiver.received(translated);
            }
        });
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        line.channels().discardUnlessReady(line.broker());
        line.loop().execute(() -> {
            if (!over) {
                over = true;
                receiver.broken(StatusErrors.ofFailure(status.asRuntimeException(trailers)));
            }
        });
    }
}
