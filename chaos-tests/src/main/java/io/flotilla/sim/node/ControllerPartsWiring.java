package io.flotilla.sim.node;

import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.model.id.Endpoint;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.proto.internal.v1.TopicDefaults;
import io.flotilla.quorum.command.ControllerState;
import io.flotilla.quorum.feed.CommittedMetadata;
import io.flotilla.quorum.feed.FeedConfig;
import io.flotilla.quorum.feed.MetadataFeed;
import io.flotilla.quorum.liveness.LivenessConfig;
import io.flotilla.quorum.raft.LeadershipListener;
import io.flotilla.quorum.raft.QuorumStatus;
import io.flotilla.quorum.rpc.ActiveController;
import io.flotilla.quorum.rpc.ControllerHints;
import io.flotilla.quorum.rpc.ControllerService;
import io.flotilla.quorum.rpc.ControllerSettings;
import io.flotilla.quorum.rpc.GrpcProber;
import io.flotilla.quorum.rpc.MetadataFeedService;
import io.flotilla.quorum.rpc.QuorumDescription;
import io.flotilla.quorum.rpc.RaftCommands;
import io.flotilla.sim.quorum.Voter;
import io.flotilla.sim.world.OsProcess;
import io.flotilla.sim.world.TaskThread;
import io.flotilla.sim.world.World;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A node as a voter, put together as the server does it. */
final class ControllerPartsWiring {
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(5);
    private static final long TICK_NANOS = 20 * World.MS;
    private static final long FEED_TICK_NANOS = 500 * World.MS;
    private static final long SESSION_MS = 3_000;

    private final ActiveController active;
    private final Voter voter;
    private final RaftCommands commands;
    private final List<BindableService> services;

    ControllerPartsWiring(Surroundings around, OsProcess process, Random random) {
        Supplier<UUID> ids = () -> new UUID(random.nextLong(), random.nextLong());
        CommittedMetadata metadata = new CommittedMetadata();
        Voter[] member = new Voter[1];
        ControllerHints hints =
                new ControllerHints(knownControllers(around.settings()), metadata::image, () -> member[0].leader());
        commands = new RaftCommands(hints, COMMAND_TIMEOUT);
        ControlLoop controllerLoop = new TaskThread(process);
        ControlLoop feedLoop = new TaskThread(process);
        TopicDefaults defaults = TopicDefaults.newBuilder().setPartitions(1).build();
        active = new ActiveController(
                new ActiveController.Ports(
                        controllerLoop,
                        process.clock(),
                        commands,
                        new GrpcProber(endpoint -> around.network().wire().channel(process, endpoint)),
                        metadata,
                        hints,
                        ids),
                new ControllerSettings(NodeSettings.CLUSTER_ID, LivenessConfig.ofSessionMs(SESSION_MS), defaults));
        MetadataFeed feed = new MetadataFeed(
                new FeedConfig(20 + random.nextInt(200), 1 << 20, 1 + random.nextInt(20), 1 << 16),
                feedLoop,
                () -> member[0].isReady() ? hints.active() : Optional.empty());
        metadata.follow(feed);
        metadata.follow(active);
        voter = new Voter(around.metadata().log(), process, new ControllerState(metadata), new Announced(active, feed));
        member[0] = voter;
        commands.attach(voter);
        process.every(TICK_NANOS, () -> {
            if (voter.isLeader()) { // else it would do nothing, fifty times a second
                active.tick();
            }
        });
        process.every(FEED_TICK_NANOS, feed::tick);
        QuorumDescription description = new QuorumDescription(
                process.node(),
                metadata,
                () -> new QuorumStatus(voter.leader(), around.metadata().log().term(), 0, 0, List.of()),
                hints);
        services = List.of(
                new ControllerService(
                        commands, active, description, defaults, new ControllerService.Origin(process.clock(), ids)),
                new MetadataFeedService(feed, () -> true));
    }

    private static Map<Integer, Endpoint> knownControllers(NodeSettings settings) {
        Map<Integer, Endpoint> known = new TreeMap<>();
        settings.voters().forEach(id -> known.put(id, Node.internalEndpoint(id)));
        return known;
    }

    /** As the server's: watchers of the feed are told, too, when the leadership changes. */
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

    List<BindableService> services() {
        return services;
    }

    CompletableFuture<CommandResult> submit(Command command) {
        return commands.submit(command);
    }

    /** Joins the metadata log. */
    void start() {
        voter.start();
    }

    void endStreams() {
        active.close();
    }
}
