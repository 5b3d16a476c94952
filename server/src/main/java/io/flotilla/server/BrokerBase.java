package io.flotilla.server;

import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.broker.metadata.ReplicaRegistry;
import io.flotilla.broker.metadata.ScheduledControlLoop;
import io.flotilla.broker.registration.ActiveController;
import io.flotilla.broker.registration.GrpcControllerClient;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.time.Clock;
import io.flotilla.server.config.NodeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;

/** What every part of a broker stands on: its identity, its view of the cluster, its threads and its channels. */
final class BrokerBase implements AutoCloseable {
    private static final long CONTROLLER_TIMEOUT_MS = 2_000;
    private static final int READERS = 4;

    final NodeConfig config;
    final Clock clock;
    final NodeThreads threads;
    final IncarnationId incarnation = new IncarnationId(UUID.randomUUID());
    final BrokerRun run = new BrokerRun();
    final AppliedImage image = new AppliedImage();
    final ReplicaRegistry registry = new ReplicaRegistry();
    final GrpcChannels channels = new GrpcChannels(Channels::open);
    final ControlLoop control;
    final ControlLoop metadataLoop;
    final ExecutorService readers;
    final GrpcControllerClient controller;

    BrokerBase(NodeConfig config, Clock clock, NodeThreads threads) {
        this.config = config;
        this.clock = clock;
        this.threads = threads;
        this.control = new ScheduledControlLoop(threads.single("broker-control"));
        this.metadataLoop = new ScheduledControlLoop(threads.single("metadata"));
        this.readers = threads.fixed("log-reader", READERS);
        this.controller = new GrpcControllerClient(
                channels, new ActiveController(controllers()), config.nodeId(), CONTROLLER_TIMEOUT_MS);
    }

    /** The quorum's nodes as this broker reaches them, the one in this process first. */
    List<Endpoint> controllers() {
        List<Endpoint> nodes = new ArrayList<>(config.quorum().controllers());
        Endpoint own = config.listeners().advertised().get(BrokerRegistration.INTERNAL_LISTENER);
        if (own != null && nodes.remove(own)) {
            nodes.add(0, own);
        }
        return nodes;
    }

    @Override
    public void close() {
        channels.close();
    }
}
