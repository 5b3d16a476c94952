package io.flotilla.client;

import io.flotilla.client.internal.batch.ProduceTransport;
import io.flotilla.client.internal.fetch.FetchTransport;
import io.flotilla.client.internal.group.GroupTransport;
import io.flotilla.client.internal.loop.ClientLoop;
import io.flotilla.client.internal.routing.MetadataFollower;
import io.flotilla.client.internal.rpc.ChannelPool;
import io.flotilla.client.internal.rpc.GrpcFetchTransport;
import io.flotilla.client.internal.rpc.GrpcGroupTransport;
import io.flotilla.client.internal.rpc.GrpcProduceTransport;
import io.flotilla.client.internal.rpc.GrpcWatchTransport;
import io.flotilla.client.internal.rpc.TransportWiring;
import java.util.random.RandomGenerator;

/**
 * What every client runs on: one loop with its thread, one network, and what reaches brokers over it. The client that
 * makes it starts it when all its parts are there, and closes it. Any thread.
 */
final class ClientEngine {
    private static final long JOIN_MS = 5_000;

    private final ClientConfig config;
    private final TransportWiring network;
    private final ClientLoop loop;

    /** @param name of the thread */
    ClientEngine(String name, ClientConfig config, ClientLoop.Body body) {
        this.config = config;
        this.network = ClientWiring.transport(config);
        this.loop = ClientWiring.loop(name, body);
    }

    ClientLoop loop() {
        return loop;
    }

    ChannelPool channels() {
        return network.channels();
    }

    /** A picture of the cluster, of which nothing is followed yet. */
    MetadataFollower metadata(RandomGenerator random) {
        return new MetadataFollower(
                new GrpcWatchTransport(network.channels(), loop), config.bootstrap(), config.reconnects(), random);
    }

    FetchTransport fetches() {
        return new GrpcFetchTransport(network.channels(), loop);
    }

    ProduceTransport produces() {
        return new GrpcProduceTransport(network.channels(), loop);
    }

    GroupTransport groups() {
        return new GrpcGroupTransport(network.channels(), loop);
    }

    void start() {
        loop.start();
    }

    /** Ends the loop after its tasks and a last one, waits for that at most 5 s, and closes the network. */
    void close(Runnable last) {
        loop.execute(() -> {
            last.run();
            loop.stop();
        });
        try {
            loop.join(JOIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        network.close();
    }
}
