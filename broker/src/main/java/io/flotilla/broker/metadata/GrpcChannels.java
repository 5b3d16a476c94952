package io.flotilla.broker.metadata;

import io.flotilla.model.id.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The channels to internal listeners, one for each endpoint. A channel whose connection was refused is replaced instead
 * of waited for: gRPC would hold back its next attempt for a second and more. Any thread; the wiring closes it.
 */
public final class GrpcChannels implements AutoCloseable {
    private final Function<Endpoint, ManagedChannel> factory;
    private final Map<Endpoint, ManagedChannel> channels = new HashMap<>();
    private boolean closed;

    /** @param factory opens a channel without blocking; an in-process one for a node in this process */
    public GrpcChannels(Function<Endpoint, ManagedChannel> factory) {
        this.factory = factory;
    }

    /** The channel to an endpoint; after {@link #close} one on which every call fails. */
    public synchronized ManagedChannel to(Endpoint endpoint) {
        return closed ? factory.apply(endpoint).shutdownNow() : channels.computeIfAbsent(endpoint, factory);
    }

    /** A call on the channel failed; where the connection did, the next call gets another. Calls that run may end. */
    public void failed(Endpoint endpoint, ManagedChannel channel, Throwable failure) {
        if (isConnectionFailure(failure)) {
            synchronized (this) {
                channels.remove(endpoint, channel);
            }
            channel.shutdown();
        }
    }

    /** A server's own refusals carry details; a transport that never reached one has none. */
    private static boolean isConnectionFailure(Throwable failure) {
        if (Status.fromThrowable(failure).getCode() != Status.Code.UNAVAILABLE) {
            return false;
        }
        com.google.rpc.Status details = StatusProto.fromThrowable(failure);
        return details == null || details.getDetailsCount() == 0;
    }

    @Override
    public void close() {
        List<ManagedChannel> open;
        synchronized (this) {
            closed = true;
            open = new ArrayList<>(channels.values());
            channels.clear();
        }
        open.forEach(ManagedChannel::shutdownNow);
    }
}
