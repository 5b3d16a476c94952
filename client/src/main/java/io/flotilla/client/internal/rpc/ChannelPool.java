package io.flotilla.client.internal.rpc;

import io.flotilla.model.id.Endpoint;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One channel per broker. A channel that lost its connection is thrown away, so that the next attempt connects at once:
 * the pauses between attempts are the client's, not gRPC's (which grow to minutes). Safe for any thread; the client
 * that makes it closes it.
 */
public final class ChannelPool implements AutoCloseable {
    private static final long CLOSE_MS = 1_000;

    private final Function<Endpoint, ManagedChannel> factory;
    private final Map<Endpoint, ManagedChannel> channels = new HashMap<>();
    private boolean closed;

    /** Makes channels as asked for, at most one at a time per broker. */
    public ChannelPool(Function<Endpoint, ManagedChannel> factory) {
        this.factory = factory;
    }

    /** The channel to a broker; throws IllegalStateException after close. */
    synchronized ManagedChannel to(Endpoint broker) {
        if (closed) {
            throw new IllegalStateException("the client is closed");
        }
        return channels.computeIfAbsent(broker, factory);
    }

    /** Throws the channel to a broker away unless it is connected. */
    void discardUnlessReady(Endpoint broker) {
        ManagedChannel lost;
        synchronized (this) {
            ManagedChannel channel = channels.get(broker);
            if (channel == null || channel.getState(false) == ConnectivityState.READY) {
                return;
            }
            lost = channels.remove(broker);
        }
        if (lost != null) {
            lost.shutdownNow();
        }
    }

    @Override
    public void close() {
        Map<Endpoint, ManagedChannel> open;
        synchronized (this) {
            closed = true;
            open = new HashMap<>(channels);
            channels.clear();
        }
        open.values().forEach(ManagedChannel::shutdownNow);
        try {
            for (ManagedChannel channel : open.values()) {
                channel.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
