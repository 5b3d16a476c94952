package io.flotilla.server;

import io.flotilla.broker.fetcher.FetcherSettings;
import io.flotilla.broker.fetcher.FollowerThrottle;
import io.flotilla.broker.fetcher.GrpcReplicaTransport;
import io.flotilla.broker.fetcher.ImagePeers;
import io.flotilla.broker.fetcher.ReplicaFetcher;
import io.flotilla.broker.isr.IsrSettings;
import io.flotilla.broker.metadata.BrokerReplicas;
import io.flotilla.broker.metadata.DirectoryState;
import io.flotilla.broker.metadata.LocalChanges;
import io.flotilla.broker.metadata.LocalDirectories;
import io.flotilla.broker.metadata.LocalLogs;
import io.flotilla.broker.metadata.ReplicaRegistry;
import io.flotilla.broker.partition.FollowerPort;
import io.flotilla.broker.partition.LoopSettings;
import io.flotilla.broker.partition.Partition;
import io.flotilla.broker.partition.PartitionLoop;
import io.flotilla.broker.partition.PartitionPorts;
import io.flotilla.broker.partition.PartitionSettings;
import io.flotilla.broker.partition.ReplicaSessions;
import io.flotilla.broker.registration.PartitionProposals;
import io.flotilla.broker.rpc.GrpcDeathProbe;
import io.flotilla.broker.rpc.ReplicaAdmission;
import io.flotilla.broker.rpc.ReplicaStreams;
import io.flotilla.broker.rpc.RpcSettings;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.time.Clock;
import io.flotilla.server.config.NodeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loops, the partitions on them, and the streams between replicas. Closed before the log directories. */
final class ReplicaEngine {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaEngine.class);
    /** So that a new topic's logs need not wait for the deletion of an old one's. */
    private static final int LOG_FILE_THREADS = 2;

    /** How long after the start it is first looked for records that are kept no longer, at most. */
    private static final long FIRST_RETENTION_MS = 30_000;

    private static final long MS = 1_000_000L;

    private final List<PartitionLoop> loops = new ArrayList<>();
    private final List<Thread> loopThreads = new ArrayList<>();
    private final Clock clock;
    private final LocalDirectories logs;
    private final ReplicaAdmission admission;
    private final ReplicaStreams streams;
    private final ReplicaFetcher fetcher;
    private final FollowerThrottle throttle;
    private final ReplicaRegistry registry;
    private final BrokerReplicas replicas;
    private final OfflineReplicas offline;

    ReplicaEngine(BrokerBase base, LocalDirectories logs, RpcSettings rpc) {
        this.clock = base.clock;
        this.logs = logs;
        this.registry = base.registry;
        this.offline = new OfflineReplicas(base.run::onLogsLost, this::onDamaged);
        this.admission = new ReplicaAdmission(base.image, base.run::epoch);
        this.streams = new ReplicaStreams(
                admission,
                new GrpcDeathProbe(Channels::open, base.image, base.control, GrpcDeathProbe.TIMEOUT_MS),
                base.control,
                base.clock,
                rpc);
        base.run.attach(streams);
        this.fetcher = new ReplicaFetcher(new ReplicaFetcher.FetcherParts(
                FetcherSettings.defaults(),
                new GrpcReplicaTransport(base.channels),
                new ImagePeers(base.image, base.config.nodeId(), base.incarnation),
                this::follower,
                base.control,
                base.clock));
        this.throttle = new FollowerThrottle(fetcher, base.image, base.config.nodeId(), base.control, base.clock);
        for (int number = 0; number < base.config.storage().partitionLoops(); number++) {
            PartitionLoop loop = new PartitionLoop(LoopSettings.defaults(), base.clock);
            loops.add(loop);
            loopThreads.add(base.threads.thread("partition-loop-" + number, loop::run));
        }
        Executor logFiles = base.threads.fixed("log-files", LOG_FILE_THREADS);
        this.replicas = new BrokerReplicas(
                new BrokerReplicas.Parts(
                        base.metadataLoop,
                        logFiles,
                        logs,
                        base.registry,
                        loops,
                        ports(base, logFiles),
                        settings(base.config.replication())),
                new LocalChanges(base.config.nodeId(), base.incarnation));
        long intervalMs = base.config.storage().logs().checkIntervalMs();
        base.threads
                .single("log-retention")
                .scheduleWithFixedDelay(
                        () -> registry.all().forEach(Partition::retain),
                        Math.min(intervalMs, FIRST_RETENTION_MS),
                        intervalMs,
                        TimeUnit.MILLISECONDS);
    }

    private Optional<FollowerPort> follower(PartitionId id) {
        return registry.find(id).map(partition -> throttle.counted(id, partition));
    }

    private void onDamaged(PartitionId id) {
        replicas.onDamaged(id);
    }

    private PartitionPorts ports(BrokerBase base, Executor logFiles) {
        return new PartitionPorts(
                base.config.nodeId(),
                base.clock,
                new PartitionProposals(base.control, base.controller, base.run::epoch),
                throttle,
                base.image,
                base.run,
                new ReplicaSessions(),
                base.image,
                offline,
                logFiles);
    }

    private static PartitionSettings settings(NodeConfig.Replication replication) {
        PartitionSettings defaults = PartitionSettings.defaults();
        IsrSettings isr = defaults.isr();
        return new PartitionSettings(
                new IsrSettings(
                        replication.replicaLagTimeMaxMs() * MS,
                        isr.sampleNanos(),
                        replication.sessionTimeoutMs() * MS,
                        isr.retryNanos(),
                        isr.drainNanosMax()),
                defaults.pendingAcksMax(),
                defaults.pendingFetchesMax(),
                defaults.replicaFetchBytesMax(),
                defaults.retryNanos(),
                defaults.fullRetryNanos(),
                defaults.endQuestionNanosMax());
    }

    ReplicaAdmission admission() {
        return admission;
    }

    ReplicaStreams streams() {
        return streams;
    }

    BrokerReplicas replicas() {
        return replicas;
    }

    /** How the log directories are; asks the disks. */
    List<DirectoryState> directories() {
        return logs.states();
    }

    /** The logs as the controller is to hear of them. */
    LocalLogs reportedLogs() {
        return offline.reportedWith(replicas);
    }

    /**
     * Stops every partition and ends the loops, so that nothing touches a log any more.
     *
     * @param msMax how long to wait for the partitions, and again for the loops, milliseconds
     * @return false when some did not stop in time: then the logs must be left as after a crash
     */
    boolean stop(long msMax) {
        boolean stopped = false;
        streams.close();
        fetcher.close();
        try {
            replicas.stop().toCompletableFuture().get(msMax, TimeUnit.MILLISECONDS);
            stopped = true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("not every partition stopped in good order; the next start recovers them", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loops.forEach(PartitionLoop::close);
        return stopped && loopsEnded(msMax);
    }

    /** Waits for the turns under way. */
    private boolean loopsEnded(long msMax) {
        long endNanos = clock.nanos() + msMax * MS;
        try {
            for (Thread thread : loopThreads) {
                thread.join(Math.max(1, (endNanos - clock.nanos()) / MS));
                if (thread.isAlive()) {
                    LOG.warn("{} did not end within {} ms; the next start recovers its logs", thread.getName(), msMax);
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
