package io.flotilla.server;

import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.time.Clock;
import io.flotilla.proto.internal.v1.TopicDefaults;
import io.flotilla.quorum.command.ControllerState;
import io.flotilla.quorum.feed.CommittedMetadata;
import io.flotilla.quorum.feed.DecisionLog;
import io.flotilla.quorum.feed.FeedConfig;
import io.flotilla.quorum.feed.MetadataFeed;
import io.flotilla.quorum.liveness.LivenessConfig;
import io.flotilla.quorum.raft.LeadershipListener;
import io.flotilla.quorum.raft.MetadataRaft;
import io.flotilla.quorum.raft.NodeIdentity;
import io.flotilla.quorum.raft.QuorumChange;
import io.flotilla.quorum.raft.RaftConfig;
import io.flotilla.quorum.raft.RaftRuntime;
import io.flotilla.quorum.raft.RaftTuning;
import io.flotilla.quorum.raft.RaftTuning.ElectionTiming;
import io.flotilla.quorum.raft.RaftTuning.SnapshotPolicy;
import io.flotilla.quorum.raft.Voter;
import io.flotilla.quorum.rpc.ActiveController;
import io.flotilla.quorum.rpc.ControllerHints;
import io.flotilla.quorum.rpc.ControllerService;
import io.flotilla.quorum.rpc.ControllerSettings;
import io.flotilla.quorum.rpc.ExplanationService;
import io.flotilla.quorum.rpc.GrpcNewcomers;
import io.flotilla.quorum.rpc.GrpcProber;
import io.flotilla.quorum.rpc.Introduction;
import io.flotilla.quorum.rpc.LeaderBalancing;
import io.flotilla.quorum.rpc.LeaderWatch;
import io.flotilla.quorum.rpc.MetadataFeedService;
import io.flotilla.quorum.rpc.QuorumChanges;
import io.flotilla.quorum.rpc.QuorumDescription;
import io.flotilla.quorum.rpc.QuorumService;
import io.flotilla.quorum.rpc.RaftCommands;
import io.flotilla.server.config.NodeConfig;
import io.grpc.BindableService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node as a voter of the metadata quorum. Closed by the node, after its listeners. */
final class ControllerRole implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerRole.class);
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TRANSFER_TIMEOUT = Duration.ofSeconds(2);
    private static final int ENTRANCE_CHECK_MS = 5_000;
    private static final int TICK_MS = 20;
    private static final int FEED_TICK_MS = 500;

    private final int nodeId;
    private final MetadataRaft raft;
    private final ActiveController active;
    private final LeaderWatch watch;
    private final List<BindableService> services;

    private ControllerRole(
            int nodeId, MetadataRaft raft, ActiveController active, LeaderWatch watch, List<BindableService> services) {
        this.nodeId = nodeId;
        this.raft = raft;
        this.active = active;
        this.watch = watch;
        this.services = services;
    }

    /**
     * Joins the quorum.
     *
     * @throws IOException when the storage or the Raft port cannot be used
     */
    static ControllerRole start(NodeConfig config, Clock clock, NodeThreads threads, LastResort lastResort)
            throws IOException {
        CommittedMetadata metadata = new CommittedMetadata();
        AtomicReference<MetadataRaft> raft = new AtomicReference<>();
        ControllerHints hints = new ControllerHints(
                knownControllers(config), metadata::image, () -> leader(raft), node -> joined(raft, node));
        RaftCommands commands = new RaftCommands(hints, COMMAND_TIMEOUT);
        ScheduledExecutorService controllerLoop = threads.single("controller");
        ScheduledExecutorService feedLoop = threads.single("metadata-feed");
        TopicDefaults topicDefaults = topicDefaults(config.topicDefaults());
        GrpcProber prober = new GrpcProber(Channels::open);
        ActiveController active = new ActiveController(
                new ActiveController.Ports(controllerLoop, clock, commands, prober, metadata, hints, UUID::randomUUID),
                settings(config, topicDefaults));
        // Brokers repeat what the feed says to whoever asks whether the cluster is ready: a node that is still applying
        // what others have committed, or has lost its leader, names no controller.
        MetadataFeed feed =
                new MetadataFeed(FeedConfig.DEFAULT, feedLoop, () -> ready(raft) ? hints.active() : Optional.empty());
        DecisionLog decisions = new DecisionLog();
        metadata.follow(decisions);
        metadata.follow(feed);
        metadata.follow(active);
        QuorumEntrance entrance = new QuorumEntrance(config, clock);
        ExecutorService pool = threads.pool("quorum");
        ScheduledExecutorService timer = threads.single("quorum-timer");
        MetadataRaft member = MetadataRaft.start(
                raftConfig(config, entrance.quorum()),
                new ControllerState(metadata),
                new RaftRuntime(pool, timer, lastResort, new Announced(active, feed)));
        raft.set(member);
        sayWhetherItWaits(config, member);
        timer.scheduleWithFixedDelay(
                () -> pool.execute(() -> stopIfGivenUp(entrance, member, metadata, lastResort)),
                ENTRANCE_CHECK_MS,
                ENTRANCE_CHECK_MS,
                TimeUnit.MILLISECONDS);
        commands.attach(member);
        controllerLoop.scheduleWithFixedDelay(active::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        LeaderWatch watch = new LeaderWatch(clock, hints, new Standing(member), prober, Channels::open);
        // On a thread of its own: to stand for election waits for a disk.
        threads.single("leader-watch")
                .scheduleWithFixedDelay(() -> look(watch), TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        feedLoop.scheduleWithFixedDelay(feed::tick, FEED_TICK_MS, FEED_TICK_MS, TimeUnit.MILLISECONDS);
        QuorumDescription description = new QuorumDescription(config.nodeId(), metadata, member::status, hints);
        ControllerService service = new ControllerService(
                commands, active, description, topicDefaults, new ControllerService.Origin(clock, UUID::randomUUID));
        return new ControllerRole(
                config.nodeId(),
                member,
                active,
                watch,
                List.of(
                        service,
                        quorumService(config, member, metadata, hints),
                        new MetadataFeedService(feed, member::isVoter),
                        new ExplanationService(decisions, member::isLeader, hints)));
    }

    /** The watch gives a head start and nothing else: where it fails, the election timeout decides, as ever. */
    private static void look(LeaderWatch watch) {
        try {
            watch.tick();
        } catch (RuntimeException e) {
            LOG.error(
                    "the watch of the active controller failed, which is a bug; elections wait for silence from now on:"
                            + " report the stack below",
                    e);
            watch.close();
        }
    }

    private static ControllerSettings settings(NodeConfig config, TopicDefaults topicDefaults) {
        return new ControllerSettings(
                config.clusterId(),
                LivenessConfig.ofSessionMs(config.replication().sessionTimeoutMs()),
                topicDefaults,
                new LeaderBalancing(
                        config.balancing().enabled(),
                        config.balancing().intervalSeconds(),
                        config.balancing().imbalancePercentMax()));
    }

    private static void sayWhetherItWaits(NodeConfig config, MetadataRaft member) {
        if (!member.isVoter()) {
            LOG.info(
                    "this node waits to be added: flotilla metadata-quorum add-controller --controller-id {}"
                            + " --endpoint {}",
                    config.nodeId(),
                    config.listeners().advertised().get(BrokerRegistration.INTERNAL_LISTENER));
        }
    }

    private static QuorumService quorumService(
            NodeConfig config, MetadataRaft member, CommittedMetadata metadata, ControllerHints hints) {
        return new QuorumService(
                new Introduction(
                        new Introduction.Self(
                                config.clusterId(), config.nodeId(), config.raftEndpoint(), member.quorumId()),
                        metadata,
                        member::status,
                        member::hasLog),
                new QuorumChanges(
                        member, hints, new GrpcNewcomers(Channels::open, config.clusterId(), config.nodeId())));
    }

    private static void stopIfGivenUp(
            QuorumEntrance entrance, MetadataRaft member, CommittedMetadata metadata, LastResort lastResort) {
        try {
            entrance.givenUp(member.quorumId(), metadata.image().revision()).ifPresent(lastResort::stop);
        } catch (IOException e) {
            LOG.warn("whether the quorum was recovered without this node is not known: {}", e.getMessage());
        }
    }

    /** This node as one that may stand for election. */
    private record Standing(MetadataRaft member) implements LeaderWatch.Candidate {
        @Override
        public boolean isFollower() {
            return member.isVoter() && !member.isLeader();
        }

        @Override
        public int rankWithout(int leader) {
            return member.rankWithout(leader);
        }

        @Override
        public boolean standWithout(int leader) {
            return member.standWithout(leader);
        }
    }

    /** Tells watchers of the feed, too, when the leadership of the quorum changes. */
    private record Announced(ActiveController active, MetadataFeed feed) implements LeadershipListener {
        @Override
        public void leaderReady(long term) {
            active.leaderReady(term);
            feed.controllerChanged();
        }

        @Override
        public void notLeader() {
            active.notLeader();
            feed.controllerChanged();
        }
    }

    /**
     * INTERNAL listeners of the controllers by node id, as far as they are certain: the own one, and that of a voter
     * whose host runs no other controller. A wrong hint would send brokers in circles, a missing one costs them a try.
     */
    private static Map<Integer, Endpoint> knownControllers(NodeConfig config) {
        Map<Integer, Endpoint> known = new TreeMap<>();
        Map<Integer, Endpoint> voters = config.quorum().voters();
        List<Endpoint> controllers = config.quorum().controllers();
        voters.forEach((id, voter) -> {
            List<Endpoint> there = controllers.stream()
                    .filter(one -> one.host().equals(voter.host()))
                    .toList();
            long sharing = voters.values().stream()
                    .filter(one -> one.host().equals(voter.host()))
                    .count();
            if (there.size() == 1 && sharing == 1) {
                known.put(id, there.get(0));
            }
        });
        Endpoint own = config.listeners().advertised().get(BrokerRegistration.INTERNAL_LISTENER);
        if (own != null) {
            known.put(config.nodeId(), own);
        }
        return known;
    }

    private static OptionalInt leader(AtomicReference<MetadataRaft> raft) {
        MetadataRaft member = raft.get();
        return member == null ? OptionalInt.empty() : member.leader();
    }

    private static Optional<Endpoint> joined(AtomicReference<MetadataRaft> raft, int node) {
        MetadataRaft member = raft.get();
        return member == null ? Optional.empty() : member.internalEndpoint(node).map(Endpoint::parse);
    }

    private static boolean ready(AtomicReference<MetadataRaft> raft) {
        MetadataRaft member = raft.get();
        return member != null && member.isReady();
    }

    private static TopicDefaults topicDefaults(NodeConfig.TopicDefaults defaults) {
        return TopicDefaults.newBuilder()
                .setPartitions(defaults.partitions())
                .setReplicationFactor(defaults.replicationFactor())
                .putAllConfigs(defaults.configs())
                .build();
    }

    private static RaftConfig raftConfig(NodeConfig config, UUID quorumId) {
        NodeConfig.Quorum quorum = config.quorum();
        List<Voter> voters = quorum.voters().entrySet().stream()
                .map(voter -> new Voter(
                        voter.getKey(),
                        voter.getValue().host(),
                        voter.getValue().port()))
                .toList();
        Endpoint listener = config.raftListener();
        return new RaftConfig(
                new NodeIdentity(config.clusterId(), config.nodeId(), quorumId),
                new InetSocketAddress(listener.host(), listener.port()),
                voters,
                quorum.metadataDir(),
                new RaftTuning(
                        new ElectionTiming(quorum.electionTimeoutMs(), 2 * quorum.electionTimeoutMs()),
                        SnapshotPolicy.defaults(),
                        quorum.freeBytesMin()));
    }

    /** What the INTERNAL listener serves for this role. */
    List<BindableService> services() {
        return services;
    }

    /** Gives up the active controller's seat, so that nobody has to notice our end. */
    void stepDown() {
        if (!raft.isLeader()) {
            return;
        }
        raft.status().voters().stream()
                .filter(member -> member.voter().id() != nodeId && member.matchIndex() >= 0)
                .max((one, other) -> Long.compare(one.matchIndex(), other.matchIndex()))
                .ifPresent(next -> transferTo(next.voter().id()));
    }

    private void transferTo(int next) {
        try {
            QuorumChange change =
                    raft.transferLeadership(next, TRANSFER_TIMEOUT).join();
            if (change.holds()) {
                LOG.info("node {} is the active controller now", next);
            } else {
                LOG.info("the active controller's seat was not handed over: {}", change.detail());
            }
        } catch (CompletionException e) {
            LOG.warn("could not hand the active controller's seat to node {}; an election will", next, e.getCause());
        }
    }

    /** Ends the heartbeat streams, before the listeners close. */
    void endStreams() {
        active.close();
    }

    @Override
    public void close() {
        watch.close();
        raft.close();
    }
}
