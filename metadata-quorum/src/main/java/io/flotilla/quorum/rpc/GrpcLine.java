package io.flotilla.quorum.rpc;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;

/** A channel without calls. */
final class GrpcLine implements Line {
    private final ManagedChannel channel;

    /** The line closes the channel. */
    GrpcLine(ManagedChannel channel) {
        this.channel = channel;
    }

    @Override
    public boolean isUp() {
        return channel.getState(true) == ConnectivityState.READY;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
