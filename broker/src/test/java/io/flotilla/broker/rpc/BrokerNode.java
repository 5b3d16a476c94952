package io.flotilla.broker.rpc;

import io.flotilla.broker.fetcher.FetcherSettings;
import io.flotilla.broker.fetcher.GrpcReplicaTransport;
import io.flotilla.broker.fetcher.ImagePeers;
import io.flotilla.broker.fetcher.ReplicaFetcher;
import io.flotilla.broker.isr.Contacts;
import io.flotilla.broker.log.DirectorySpace;
import io.flotilla.broker.log.FileLog;
import io.flotilla.broker.log.Flusher;
import io.flotilla.broker.log.LogDamage;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.broker.metadata.ScheduledControlLoop;
import io.flotilla.broker.partition.LoopSettings;
import io.flotilla.broker.partition.Partition;
import io.flotilla.broker.partition.PartitionConfig;
import io.flotilla.broker.partition.PartitionEvents;
import io.flotilla.broker.partition.PartitionLoop;
import io.flotilla.broker.partition.PartitionPorts;
import io.flotilla.broker.partition.PartitionSettings;
import io.flotilla.broker.partition.ReplicaSessions;
import io.flotilla.broker.partition.TopicBounds;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.Durability;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * One run of a broker with one real partition, both services on a real socket, and the fetcher to other such nodes. The
 * controller is played by {@link TwoBrokers}.
 */
final class BrokerNode implements AutoCloseable, Contacts, PartitionEvents {
    static final int MESSAGE_BYTES_MAX = 2_000;
    static final long PROBE_MS = 20_000;
    static final int PENDING_FETCHES_MAX = 32;
    static final long FIRST_PRODUCER_ID = 4_000;

    final int id;
    final long epoch;
    final IncarnationId incarnation;
    final Partition partition;
    final PartitionLoop loop;
    final Server server;
    final Queue<String> events = new ConcurrentLinkedQueue<>();
    final Queue<Integer> suspected = new ConcurrentLinkedQueue<>();
    volatile boolean controllerIsAway;

    private final Clock clock = new SystemClock();
    private final ExecutorService readers = Executors.newFixedThreadPool(2);
    private final ExecutorService flushing = Executors.newSingleThreadExecutor();
    private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledControlLoop controlLoop = new ScheduledControlLoop(control);
    private final GrpcChannels channels = new GrpcChannels(BrokerNode::channel);
    private final GrpcDeathProbe deathProbe;
    private final ReplicaFetcher fetcher;
    private final ReplicaStreams streams;
    private final Thread loopThread;
    private long nextProducerId = FIRST_PRODUCER_ID;

    BrokerNode(
            int id, long epoch, IncarnationId incarnation, FileLog storage, Durability durability, TwoBrokers cluster)
            throws IOException {
        this.id = id;
        this.epoch = epoch;
        this.incarnation = incarnation;
        this.loop = new PartitionLoop(LoopSettings.defaults(), clock);
        this.fetcher = new ReplicaFetcher(new ReplicaFetcher.FetcherParts(
                FetcherSettings.defaults(),
                new GrpcReplicaTransport(channels),
                new ImagePeers(cluster::image, id, incarnation),
                asked -> local(asked).map(found -> found),
                controlLoop,
                clock));
        PartitionPorts ports = new PartitionPorts(
                id,
                clock,
                cluster::propose,
                fetcher,
                (broker, brokerEpoch) -> cluster.isCurrent(broker, brokerEpoch),
                this,
                new ReplicaSessions(),
                broker -> "client" + broker + ":9092",
                this,
                flushing);
        this.partition = new Partition(
                new PartitionConfig(
                        TwoBrokers.PARTITION,
                        storage.log(),
                        new Flusher(flushing, storage.health(), () -> {}),
                        new DirectorySpace(storage.disk(), 0),
                        loop,
                        ports,
                        partitionSettings()),
                new TopicBounds(durability, MESSAGE_BYTES_MAX));
        ReplicaAdmission admission = new ReplicaAdmission(cluster::image, () -> epoch);
        RpcSettings settings = RpcSettings.defaults();
        this.deathProbe = new GrpcDeathProbe(BrokerNode::channel, cluster::image, controlLoop, PROBE_MS);
        this.streams = new ReplicaStreams(admission, this::probe, controlLoop, clock, settings);
        DataPath path = new DataPath(
                new ImagePartitions(id, cluster::image, this::local, broker -> "client" + broker + ":9092"),
                clock,
                readers,
                settings,
                "CLIENT");
        this.server = HotListener.configure(
                        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                        List.of(
                                new LogService(path, this::nextProducerId).definition(),
                                new ReplicationService(
                                                path,
                                                admission,
                                                streams,
                                                new ReplicationService.LogFolders(List::of, cluster::image, readers))
                                        .definition()))
                .build()
                .start();
        this.loopThread = new Thread(loop::run, "loop-" + id);
        loopThread.start();
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", server.getPort());
    }

    /** Cuts the connection to a leader, as a network would. */
    void loseConnectionTo(Endpoint leader) {
        channels.to(leader).shutdownNow();
    }

    static ManagedChannel channel(Endpoint endpoint) {
        return HotChannel.configure(NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port()))
                .usePlaintext()
                .build();
    }

    private Optional<Partition> local(PartitionId asked) {
        return asked.equals(TwoBrokers.PARTITION) ? Optional.of(partition) : Optional.empty();
    }

    private void probe(int brokerId, long brokerEpoch, Runnable proven) {
        suspected.add(brokerId);
        deathProbe.probe(brokerId, brokerEpoch, proven);
    }

    private static PartitionSettings partitionSettings() {
        PartitionSettings defaults = PartitionSettings.defaults();
        return new PartitionSettings(
                defaults.isr(),
                defaults.pendingAcksMax(),
                PENDING_FETCHES_MAX,
                defaults.replicaFetchBytesMax(),
                defaults.retryNanos(),
                defaults.fullRetryNanos(),
                defaults.endQuestionNanosMax());
    }

    private synchronized CompletableFuture<Long> nextProducerId() {
        if (controllerIsAway) {
            return CompletableFuture.failedFuture(
                    FlotillaError.notApplied(ErrorCode.NOT_CONTROLLER, "no controller answers")
                            .exception());
        }
        return CompletableFuture.completedFuture(nextProducerId++);
    }

    @Override
    public long controllerHeardAtNanos() {
        return clock.nanos();
    }

    @Override
    public long replicaHeardAtNanos(int brokerId) {
        return streams.heardAtNanos(brokerId);
    }

    @Override
    public void onOffline(PartitionId offline, DiskException cause) {
        events.add("offline: " + cause);
    }

    @Override
    public void onDamaged(PartitionId damaged, LogDamage damage) {
        events.add("damaged: " + damage.description());
    }

    @Override
    public void onFull(PartitionId full, DiskException cause) {}

    @Override
    public void onCommittedTruncated(PartitionId truncated, long offset, long highWatermark) {
        events.add("committed records truncated at " + offset);
    }

    @Override
    public void onAnswerDiscarded(PartitionId discarded, String reason) {
        events.add("discarded: " + reason);
    }

    /** Ends the run: connections break, nothing is told to anybody. */
    @Override
    public void close() {
        server.shutdownNow();
        fetcher.close();
        channels.close();
        streams.close();
        loop.close();
        Await.until("the loop of broker " + id + " ends", () -> !loopThread.isAlive());
        List.of(flushing, readers, control).forEach(ExecutorService::shutdown);
        Await.until(
                "the threads of broker " + id + " end",
                () -> flushing.isTerminated() && readers.isTerminated() && server.isTerminated());
        control.shutdownNow();
    }
}
