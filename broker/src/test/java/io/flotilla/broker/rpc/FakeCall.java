package io.flotilla.broker.rpc;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A call whose transport the test plays. */
final class FakeCall<Q, A> extends ServerCall<Q, A> {
    final List<A> sent = new CopyOnWriteArrayList<>();
    final AtomicInteger requested = new AtomicInteger();
    final AtomicInteger sending = new AtomicInteger();
    volatile boolean ready = true;
    volatile @Nullable Status closed;
    private final MethodDescriptor<Q, A> method;

    FakeCall(MethodDescriptor<Q, A> method) {
        this.method = method;
    }

    @Override
    public void request(int messages) {
        requested.addAndGet(messages);
    }

    @Override
    public void sendMessage(A message) {
        if (closed != null) {
            throw new IllegalStateException("the call is closed");
        }
        if (sending.incrementAndGet() != 1) {
            throw new AssertionError("two writers at once");
        }
        sent.add(message);
        sending.decrementAndGet();
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public void close(Status status, Metadata trailers) {
        if (closed != null) {
            throw new IllegalStateException("closed twice");
        }
        closed = status;
    }

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public MethodDescriptor<Q, A> getMethodDescriptor() {
        return method;
    }

    @Override
    public Attributes getAttributes() {
        return Attributes.EMPTY;
    }
}
