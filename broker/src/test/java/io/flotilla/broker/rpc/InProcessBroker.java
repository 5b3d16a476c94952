package io.flotilla.broker.rpc;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.util.UUID;

/** Services of a broker in this process, called on the caller's own thread. */
final class InProcessBroker implements AutoCloseable {
    private final String name = "broker-" + UUID.randomUUID();
    private final Server server;
    private final ManagedChannel channel;

    InProcessBroker(ServerServiceDefinition... services) {
        InProcessServerBuilder builder = InProcessServerBuilder.forName(name).directExecutor();
        for (ServerServiceDefinition service : services) {
            builder.addService(service);
        }
        try {
            server = builder.build().start();
        } catch (IOException e) {
            throw new IllegalStateException("the in-process server did not start", e);
        }
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    String name() {
        return name;
    }

    ManagedChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }
}
