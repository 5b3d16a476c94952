package io.flotilla.sim.node;

import io.flotilla.broker.fetcher.FetcherSettings;
import io.flotilla.broker.fetcher.GrpcReplicaTransport;
import io.flotilla.broker.fetcher.ImagePeers;
import io.flotilla.broker.fetcher.ReplicaFetcher;
import io.flotilla.broker.metadata.AppliedMetadata;
import io.flotilla.broker.metadata.BrokerReplicas;
import io.flotilla.broker.metadata.FeedOutage;
import io.flotilla.broker.metadata.FollowerEvents;
import io.flotilla.broker.metadata.FollowerSettings;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.broker.metadata.GrpcMetadataFeed;
import io.flotilla.broker.metadata.LocalChanges;
import io.flotilla.broker.metadata.LocalDirectories;
import io.flotilla.broker.metadata.LocalLogs;
import io.flotilla.broker.metadata.MetadataFollower;
import io.flotilla.broker.metadata.MetadataListener;
import io.flotilla.broker.metadata.ReplicaRegistry;
import io.flotilla.broker.partition.Loop;
import io.flotilla.broker.partition.PartitionLoop;
import io.flotilla.broker.partition.PartitionPorts;
import io.flotilla.broker.partition.PartitionSettings;
import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.broker.partition.ReplicaSessions;
import io.flotilla.broker.registration.ActiveController;
import io.flotilla.broker.registration.BrokerLifecycle;
import io.flotilla.broker.registration.ControllerClient.Registration;
import io.flotilla.broker.registration.GrpcControllerClient;
import io.flotilla.broker.registration.LifecycleSettings;
import io.flotilla.broker.registration.PartitionProposals;
import io.flotilla.broker.registration.ProducerIds;
import io.flotilla.broker.rpc.ClusterWatch;
import io.flotilla.broker.rpc.DataPath;
import io.flotilla.broker.rpc.ForwardedCalls;
import io.flotilla.broker.rpc.GrpcDeathProbe;
import io.flotilla.broker.rpc.ImagePartitions;
import io.flotilla.broker.rpc.LogService;
import io.flotilla.broker.rpc.MetadataService;
import io.flotilla.broker.rpc.ProbeService;
import io.flotilla.broker.rpc.ReplicaAdmission;
import io.flotilla.broker.rpc.ReplicaStreams;
import io.flotilla.broker.rpc.ReplicationService;
import io.flotilla.broker.rpc.RevisionWait;
import io.flotilla.broker.rpc.RpcSettings;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.server.AppliedImage;
import io.flotilla.server.BrokerRun;
import io.flotilla.server.OfflineReplicas;
import io.flotilla.sim.world.OsProcess;
import io.flotilla.sim.world.TaskThread;
import io.grpc.ManagedChannel;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** A node as a broker, put together as the server does it, on threads, channels and directories that it is given. */
final class BrokerPartsWiring {
    private static final long CONTROLLER_TIMEOUT_MS = 2_000;
    private static final long HEARTBEAT_MS = 500;
    private static final long SESSION_MS = 3_000;

    private final int id;
    private final OsProcess process;
    private final BrokerRun run = new BrokerRun();
    private final AppliedImage image = new AppliedImage();
    private final ReplicaRegistry registry = new ReplicaRegistry();
    private final TaskThread control;
    private final TaskThread metadataLoop;
    private final LocalDirectories directories;
    private final TaskThread readers;
    private final GrpcChannels channels;
    private final GrpcControllerClient controller;
    private final ReplicaStreams streams;
    private final ReplicaAdmission admission;
    private final ReplicaFetcher fetcher;
    private final BrokerReplicas replicas;
    private final BrokerLifecycle lifecycle;
    private final MetadataFollower follower;
    private final AppliedMetadata applied;
    private final ClusterWatch watch;
    private final IncarnationId incarnation;
    private final Optional<GroupPartsWiring> groups;

    /**
     * What a broker is put together of.
     *
     * @param channels opens channels of its process
     * @param loops of its partitions
     */
    record Given(
            OsProcess process,
            IncarnationId incarnation,
            Function<Endpoint, ManagedChannel> channels,
            List<? extends Loop> loops,
            Setup setup) {}

    /**
     * How the node is set up, and its directories, recovered.
     *
     * @param asked hears what its replicas ask of their leaders
     * @param dropped hears what its replicas drop of what they took for committed
     * @param over hears why this run cannot go on
     */
    record Setup(
            NodeSettings settings,
            LocalDirectories directories,
            BiConsumer<PartitionId, ReplicaQuestion> asked,
            WatchedEvents.Dropped dropped,
            Consumer<String> over) {}

    BrokerPartsWiring(Given given) {
        this.process = given.process();
        this.id = process.node();
        this.incarnation = given.incarnation();
        this.control = new TaskThread(process);
        this.metadataLoop = new TaskThread(process);
        this.directories = given.setup().directories();
        this.readers = new TaskThread(process);
        this.channels = new GrpcChannels(given.channels());
        List<Endpoint> controllers = controllers(given.setup().settings());
        this.controller =
                new GrpcControllerClient(channels, new ActiveController(controllers), id, CONTROLLER_TIMEOUT_MS);
        OfflineReplicas offline = new OfflineReplicas(run::onLogsLost, this::onDamaged);
        this.admission = new ReplicaAdmission(image, run::epoch);
        this.streams = new ReplicaStreams(
                admission,
                new GrpcDeathProbe(given.channels(), image, control, GrpcDeathProbe.TIMEOUT_MS),
                control,
                process.clock(),
                RpcSettings.defaults());
        run.attach(streams);
        this.fetcher = new ReplicaFetcher(new ReplicaFetcher.FetcherParts(
                FetcherSettings.defaults(),
                new GrpcReplicaTransport(channels),
                new ImagePeers(image, id, incarnation),
                partition -> registry.find(partition).map(found -> found),
                control,
                process.clock()));
        TaskThread logFiles = new TaskThread(process, process.delays()::syncNanos);
        this.replicas = new BrokerReplicas(
                new BrokerReplicas.Parts(
                        metadataLoop,
                        logFiles,
                        given.setup().directories(),
                        registry,
                        given.loops(),
                        ports(given.setup(), offline, logFiles),
                        PartitionSettings.defaults()),
                new LocalChanges(id, incarnation));
        LocalLogs reported = offline.reportedWith(replicas);
        this.groups = groups(given.setup().settings().groupPartitions());
        AppliedMetadata[] later = new AppliedMetadata[1];
        this.watch = new ClusterWatch(metadataLoop, () -> later[0] == null ? -1 : later[0].controllerId());
        this.applied = new AppliedMetadata(metadataLoop, listeners());
        later[0] = applied;
        this.lifecycle = new BrokerLifecycle(
                new BrokerLifecycle.Ports(control, process.clock(), controller, reported, applied),
                registration(given),
                LifecycleSettings.of(HEARTBEAT_MS, SESSION_MS),
                reason -> given.setup().over().accept(reason.toString()));
        run.attach(lifecycle);
        this.follower = new MetadataFollower(
                metadataLoop,
                new GrpcMetadataFeed(channels, NodeSettings.CLUSTER_ID, id),
                FollowerSettings.of(controllers),
                applied,
                new Feed(lifecycle, given.setup().over()));
    }

    private Optional<GroupPartsWiring> groups(int partitions) {
        return partitions == 0
                ? Optional.empty()
                : Optional.of(new GroupPartsWiring(
                        new GroupPartsWiring.Given(process, image, registry, readers, channels), partitions));
    }

    private List<MetadataListener> listeners() {
        List<MetadataListener> listeners = new ArrayList<>(List.of(replicas, image, watch, run));
        groups.ifPresent(parts -> listeners.add(1, parts.listener()));
        return listeners;
    }

    private void onDamaged(PartitionId partition) {
        replicas.onDamaged(partition);
    }

    private PartitionPorts ports(Setup setup, OfflineReplicas offline, Executor logFiles) {
        return new PartitionPorts(
                id,
                process.clock(),
                new PartitionProposals(control, controller, run::epoch),
                (leader, partition, question) -> {
                    setup.asked().accept(partition, question);
                    fetcher.ask(leader, partition, question);
                },
                image,
                run,
                new ReplicaSessions(),
                image,
                new WatchedEvents(offline, setup.dropped()),
                logFiles);
    }

    private List<Endpoint> controllers(NodeSettings settings) {
        List<Endpoint> nodes = new ArrayList<>();
        settings.voters().forEach(voter -> nodes.add(Node.internalEndpoint(voter)));
        Endpoint own = Node.internalEndpoint(id);
        if (nodes.remove(own)) {
            nodes.add(0, own);
        }
        return nodes;
    }

    private Registration registration(Given given) {
        Map<String, Endpoint> listeners = new TreeMap<>();
        listeners.put(BrokerRegistration.CLIENT_LISTENER, Node.clientEndpoint(id));
        listeners.put(BrokerRegistration.INTERNAL_LISTENER, Node.internalEndpoint(id));
        return new Registration(
                NodeSettings.CLUSTER_ID,
                id,
                incarnation,
                given.setup().directories().previousBrokerEpoch(),
                given.setup().directories().wasCleanStop(),
                Optional.empty(),
                listeners,
                FeatureRange.CURRENT,
                List.of());
    }

    /** What the metadata feed says besides the metadata. */
    private record Feed(BrokerLifecycle lifecycle, Consumer<String> over) implements FollowerEvents {
        @Override
        public void onActiveController(Endpoint controller) {
            lifecycle.onActiveController(controller);
        }

        @Override
        public void onOutage(FeedOutage outage) {
            // An operator would read it.
        }

        @Override
        public void onRefused(FlotillaError reason) {
            over.accept(reason.toString());
        }
    }

    // ---- services ------------------------------------------------------------------------------------------------

    List<ServerServiceDefinition> clientServices() {
        ProducerIds producerIds = new ProducerIds(control, controller, run::epoch);
        RevisionWait revisions = new RevisionWait(applied, metadataLoop, process.clock());
        ForwardedCalls forwarded = new ForwardedCalls(control, process.clock(), controller);
        List<ServerServiceDefinition> services = new ArrayList<>(List.of(
                new LogService(path(BrokerRegistration.CLIENT_LISTENER), producerIds::next).definition(),
                new MetadataService(
                                new MetadataService.Ports(applied, revisions, process.clock(), watch, forwarded),
                                BrokerRegistration.CLIENT_LISTENER)
                        .definition()));
        groups.ifPresent(parts -> services.add(parts.client(forwarded, revisions)));
        return services;
    }

    List<ServerServiceDefinition> internalServices() {
        List<ServerServiceDefinition> services = new ArrayList<>(List.of(
                new ReplicationService(
                                path(BrokerRegistration.INTERNAL_LISTENER),
                                admission,
                                streams,
                                new ReplicationService.LogFolders(directories::states, image, readers))
                        .definition(),
                new ProbeService(id, incarnation).bindService()));
        groups.ifPresent(parts -> services.add(parts.internal(admission)));
        return services;
    }

    private DataPath path(String listener) {
        return new DataPath(
                new ImagePartitions(id, image, registry::find, image),
                process.clock(),
                readers,
                RpcSettings.defaults(),
                listener);
    }

    // ---- life ----------------------------------------------------------------------------------------------------

    void start() {
        follower.start();
        lifecycle.start();
    }

    /** Hands the leaderships over, as a controlled shutdown does; completes when it may stop or gave up. */
    CompletionStage<Boolean> leave() {
        return lifecycle.shutDown();
    }

    /** Stops everything that uses logs; completes when nothing does any more. */
    CompletionStage<Void> stop() {
        groups.ifPresent(GroupPartsWiring::stop);
        lifecycle.stop();
        follower.stop();
        streams.close();
        fetcher.close();
        return replicas.stop();
    }

    void closeChannels() {
        channels.close();
    }

    /** A log directory has failed. */
    void onLogsLost() {
        run.onLogsLost();
    }

    /** The loop of the groups that it coordinates, where it does. */
    Optional<PartitionLoop> groupLoop() {
        return groups.map(GroupPartsWiring::loop);
    }

    ReplicaRegistry registry() {
        return registry;
    }

    MetadataImage applied() {
        return image.get();
    }

    long brokerEpoch() {
        return run.epoch();
    }
}
