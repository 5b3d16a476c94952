package io.flotilla.broker.rpc;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A bidirectional stream of a generated stub, from a test's thread. */
final class StubStream<Q, A> {
    private static final int PATIENCE_SECONDS = 30;

    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private volatile @Nullable Throwable failure;
    private StreamObserver<Q> requests;
    private ClientCallStreamObserver<Q> call;

    private StubStream() {}

    static <Q, A> StubStream<Q, A> open(Function<StreamObserver<A>, StreamObserver<Q>> method) {
        StubStream<Q, A> stream = new StubStream<>();
        stream.requests = method.apply(stream.new Answers());
        return stream;
    }

    void send(Q request) {
        requests.onNext(request);
    }

    void finish() {
        requests.onCompleted();
    }

    void cancel() {
        call.cancel("the test cancels", null);
    }

    /** The next answer; fails when the stream ends, or stays silent, instead. */
    @SuppressWarnings("unchecked") // what is no status came as an answer
    A next() {
        Object next = take();
        if (next instanceof Status status) {
            throw new AssertionError("the stream ended: " + status);
        }
        return (A) next;
    }

    /** How the stream ended; fails when an answer comes instead. */
    Status end() {
        Object next = take();
        if (next instanceof Status status) {
            return status;
        }
        throw new AssertionError("an answer instead of the end: " + next);
    }

    /** What the stub reported when the stream ended with an error. */
    Throwable failure() {
        return Objects.requireNonNull(failure);
    }

    private Object take() {
        try {
            Object next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing heard for " + PATIENCE_SECONDS + " s");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private final class Answers implements ClientResponseObserver<Q, A> {
        @Override
        public void beforeStart(ClientCallStreamObserver<Q> started) {
            call = started;
        }

        @Override
        public void onNext(A answer) {
            heard.add(answer);
        }

        @Override
        public void onError(Throwable ended) {
            failure = ended;
            heard.add(Status.fromThrowable(ended));
        }

        @Override
        public void onCompleted() {
            heard.add(Status.OK);
        }
    }
}
