package io.flotilla.sim.client;

import io.flotilla.client.internal.batch.ProduceTransport;
import io.flotilla.client.internal.fetch.FetchTransport;
import io.flotilla.client.internal.group.GroupTransport;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.client.internal.routing.MetadataFollower;
import io.flotilla.client.internal.rpc.ChannelPool;
import io.flotilla.client.internal.rpc.GrpcFetchTransport;
import io.flotilla.client.internal.rpc.GrpcGroupTransport;
import io.flotilla.client.internal.rpc.GrpcProduceTransport;
import io.flotilla.client.internal.rpc.GrpcWatchTransport;
import io.flotilla.model.id.Endpoint;
import io.flotilla.sim.rpc.Wire;
import io.flotilla.sim.world.OsProcess;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;

/** What a client stands on, put together as the client library does it. */
public final class ClientRunWiring {
    public static final Backoff.Limits RETRIES = new Backoff.Limits(20, 200);
    public static final Backoff.Limits RECONNECTS = new Backoff.Limits(20, 1_000);

    private final ClientThread thread;
    private final ChannelPool channels;
    private final MetadataFollower metadata;

    /** @param body advances the client to a time, and answers nanoseconds until it wants to again */
    public ClientRunWiring(
            OsProcess process, Wire wire, List<Endpoint> bootstrap, Random random, LongUnaryOperator body) {
        thread = new ClientThread(process, body);
        channels = new ChannelPool(endpoint -> wire.channel(process, endpoint));
        metadata = new MetadataFollower(new GrpcWatchTransport(channels, thread), bootstrap, RECONNECTS, random);
    }

    public ClientThread thread() {
        return thread;
    }

    public MetadataFollower metadata() {
        return metadata;
    }

    ProduceTransport produces() {
        return new GrpcProduceTransport(channels, thread);
    }

    public FetchTransport fetches() {
        return new GrpcFetchTransport(channels, thread);
    }

    public GroupTransport groups() {
        return new GrpcGroupTransport(channels, thread);
    }
}
