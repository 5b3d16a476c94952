package io.flotilla.server;

import io.flotilla.broker.rpc.HotChannel;
import io.flotilla.model.id.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;

/** Opens plain-text channels to other nodes. */
final class Channels {
    private Channels() {}

    /** A channel to an endpoint, without blocking; whoever opens it shuts it down. */
    static ManagedChannel open(Endpoint endpoint) {
        return HotChannel.configure(NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port()))
                .usePlaintext()
                .build();
    }
}
