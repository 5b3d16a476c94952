package io.flotilla.server;

import io.flotilla.broker.metadata.AppliedMetadata;
import io.flotilla.broker.metadata.FeedOutage;
import io.flotilla.broker.metadata.FollowerEvents;
import io.flotilla.broker.metadata.FollowerSettings;
import io.flotilla.broker.metadata.GrpcMetadataFeed;
import io.flotilla.broker.metadata.LocalDirectories;
import io.flotilla.broker.metadata.MetadataFollower;
import io.flotilla.broker.registration.BrokerLifecycle;
import io.flotilla.broker.registration.ControllerClient.Registration;
import io.flotilla.broker.registration.LifecycleSettings;
import io.flotilla.broker.rpc.ClusterWatch;
import io.flotilla.broker.rpc.RpcSettings;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.time.Clock;
import io.flotilla.server.config.NodeConfig;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node as a holder of partitions. Started by the node once its listeners serve, closed after them. */
final class BrokerRole implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerRole.class);
    private static final int LEAVE_SECONDS_MAX = 35;
    private static final long STOP_MS_MAX = 10_000;

    private final BrokerBase base;
    private final LogDirectories directories;
    private final ReplicaEngine engine;
    private final GroupEngine groups;
    private final BrokerLifecycle lifecycle;
    private final MetadataFollower follower;
    private final BrokerServices services;
    private final long stopMsMax;

    /** Opens the log directories and recovers their logs; throws StartupException when one cannot be used. */
    static BrokerRole open(NodeConfig config, Clock clock, NodeThreads threads, LastResort lastResort)
            throws StartupException {
        return open(new BrokerBase(config, clock, threads), lastResort, STOP_MS_MAX);
    }

    /** @param stopMsMax how long partitions may take to stop; then their logs are left as after a crash */
    static BrokerRole open(BrokerBase base, LastResort lastResort, long stopMsMax) throws StartupException {
        LogDirectories directories =
                LogDirectories.open(base.config, base.clock, base.threads, lastResort, base.run::onLogsLost);
        LocalDirectories logs = new LocalDirectories(directories.all());
        long beganNanos = base.clock.nanos();
        logs.recover(directories::threadsOf).toCompletableFuture().join();
        LOG.info(
                "{} logs recovered in {} ms after {}",
                logs.count(),
                TimeUnit.NANOSECONDS.toMillis(base.clock.nanos() - beganNanos),
                logs.wasCleanStop() ? "a clean stop" : "an unclean one");
        return new BrokerRole(base, directories, logs, lastResort, stopMsMax);
    }

    private BrokerRole(
            BrokerBase base, LogDirectories directories, LocalDirectories logs, LastResort lastResort, long stopMsMax) {
        this.stopMsMax = stopMsMax;
        this.base = base;
        this.directories = directories;
        NodeConfig config = base.config;
        RpcSettings rpc = RpcSettings.defaults();
        this.engine = new ReplicaEngine(base, logs, rpc);
        this.groups = new GroupEngine(base);
        AtomicReference<AppliedMetadata> metadata = new AtomicReference<>();
        ClusterWatch watch = new ClusterWatch(base.metadataLoop, () -> controllerId(metadata));
        AppliedMetadata applied = new AppliedMetadata(
                base.metadataLoop, List.of(engine.replicas(), groups.listener(), base.image, watch, base.run));
        metadata.set(applied);
        this.lifecycle = new BrokerLifecycle(
                new BrokerLifecycle.Ports(base.control, base.clock, base.controller, engine.reportedLogs(), applied),
                registration(base, logs),
                LifecycleSettings.of(
                        config.replication().heartbeatIntervalMs(),
                        config.replication().sessionTimeoutMs()),
                reason -> lastResort.stop("this run of broker " + config.nodeId() + " is over: " + reason));
        base.run.attach(lifecycle);
        this.follower = new MetadataFollower(
                base.metadataLoop,
                new GrpcMetadataFeed(base.channels, config.clusterId(), config.nodeId()),
                FollowerSettings.of(base.controllers()),
                applied,
                new Feed(lifecycle, lastResort));
        this.services = new BrokerServices(base, new BrokerServices.Engines(engine, groups), applied, watch, rpc);
    }

    private static int controllerId(AtomicReference<AppliedMetadata> metadata) {
        AppliedMetadata applied = metadata.get();
        return applied == null ? -1 : applied.controllerId();
    }

    private static Registration registration(BrokerBase base, LocalDirectories logs) {
        return new Registration(
                base.config.clusterId(),
                base.config.nodeId(),
                base.incarnation,
                logs.previousBrokerEpoch(),
                logs.wasCleanStop(),
                base.config.rack(),
                base.config.listeners().advertised(),
                FeatureRange.CURRENT,
                List.of());
    }

    /** What the metadata feed says besides the metadata. */
    private record Feed(BrokerLifecycle lifecycle, LastResort lastResort) implements FollowerEvents {
        @Override
        public void onActiveController(Endpoint controller) {
            lifecycle.onActiveController(controller);
        }

        @Override
        public void onOutage(FeedOutage outage) {
            LOG.warn("{}", outage);
        }

        @Override
        public void onRefused(FlotillaError reason) {
            lastResort.stop("the metadata quorum refuses this broker: " + reason);
        }
    }

    List<ServerServiceDefinition> clientServices() {
        return services.client();
    }

    List<ServerServiceDefinition> internalServices() {
        return services.internal();
    }

    /** Follows the metadata and registers; serves as soon as the controller agrees. */
    void start() {
        follower.start();
        lifecycle.start();
    }

    /** Hands the leaderships over, if the controller can be reached and somebody can take them. */
    void leave() {
        boolean agreed = false;
        if (base.config.replication().controlledShutdown()) {
            try {
                agreed = lifecycle.shutDown().get(LEAVE_SECONDS_MAX, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                LOG.debug("the controlled shutdown failed", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            LOG.info(agreed ? "leaderships are handed over" : "stopping without the controller's consent");
        }
        lifecycle.stop();
    }

    @Override
    public void close() {
        follower.stop();
        groups.stop();
        boolean stopped = engine.stop(stopMsMax);
        base.close();
        if (stopped) {
            directories.close();
        }
    }
}
