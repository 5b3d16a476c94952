package io.flotilla.quorum.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.proto.internal.v1.ControllerServiceGrpc;
import io.flotilla.proto.internal.v1.MetadataFeedServiceGrpc;
import io.flotilla.proto.internal.v1.TopicDefaults;
import io.flotilla.quorum.command.ControllerState;
import io.flotilla.quorum.feed.CommittedMetadata;
import io.flotilla.quorum.feed.FeedConfig;
import io.flotilla.quorum.feed.MetadataFeed;
import io.flotilla.quorum.liveness.LivenessConfig;
import io.flotilla.quorum.liveness.ProbeAnswer;
import io.flotilla.quorum.raft.QuorumStatus;
import io.flotilla.quorum.raft.QuorumStatus.MemberProgress;
import io.flotilla.quorum.raft.Voter;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A whole controller on the test's own thread: gRPC in the process, a clock that the test moves, probes that the test
 * answers, and in place of the quorum a log that applies at once.
 */
final class ControllerNode implements AutoCloseable {
    static final long MS = 1_000_000;
    static final int NODE = 1;

    final List<Command> submitted = new ArrayList<>();
    /** Answers to the probes of a broker; NO_ANSWER where the test says nothing. */
    final Map<Integer, ProbeAnswer> probes = new TreeMap<>();

    final List<Integer> probed = new ArrayList<>();
    final CommittedMetadata metadata = new CommittedMetadata();
    final ActiveController active;
    private final ControllerState state = new ControllerState(metadata);
    private final MetadataFeed feed;
    private final Server server;
    private final ManagedChannel channel;
    private OptionalInt leader = OptionalInt.empty();
    private long term;
    private long index;
    private long ids;
    private long nowNanos;

    ControllerNode() throws IOException {
        ControllerHints hints =
                new ControllerHints(Map.of(2, new Endpoint("two", 9093)), metadata::image, () -> leader);
        TestLoop loop = new TestLoop();
        Clock clock = clock();
        TopicDefaults defaults = TopicDefaults.newBuilder().setPartitions(2).build();
        active = new ActiveController(
                new ActiveController.Ports(loop, clock, this::submit, this::probe, metadata, hints, this::id),
                new ControllerSettings(
                        "c1", LivenessConfig.ofSessionMs(3000), defaults, new LeaderBalancing(true, 1, 10)));
        feed = new MetadataFeed(FeedConfig.DEFAULT, loop, hints);
        metadata.follow(feed);
        metadata.follow(active);
        String name = "controller-" + UUID.randomUUID();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(new ControllerService(
                        this::submit,
                        active,
                        new QuorumDescription(NODE, metadata, this::status, hints),
                        defaults,
                        new ControllerService.Origin(clock, this::id)))
                .addService(new MetadataFeedService(feed, () -> true))
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    ControllerServiceGrpc.ControllerServiceBlockingStub calls() {
        return ControllerServiceGrpc.newBlockingStub(channel);
    }

    ControllerServiceGrpc.ControllerServiceStub streams() {
        return ControllerServiceGrpc.newStub(channel);
    }

    MetadataFeedServiceGrpc.MetadataFeedServiceStub feeds() {
        return MetadataFeedServiceGrpc.newStub(channel);
    }

    MetadataFeed feed() {
        return feed;
    }

    MetadataImage image() {
        return metadata.image();
    }

    BrokerRegistration broker(int id) {
        return image().brokers().broker(id).orElseThrow();
    }

    /** This node wins an election. */
    ControllerNode elected() {
        term++;
        leader = OptionalInt.of(NODE);
        active.leaderReady(term);
        return this;
    }

    /** Another node wins an election. */
    void deposed() {
        term++;
        leader = OptionalInt.of(2);
        active.notLeader();
    }

    /** Time passes, and the process's timer ticks. */
    void after(long ms) {
        for (long passed = 0; passed < ms; passed += 10) {
            nowNanos += Math.min(10, ms - passed) * MS;
            active.tick();
        }
    }

    /** Time passes without the process: it was stopped, or starved. */
    void standsStill(long ms) {
        nowNanos += ms * MS;
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public long nanos() {
                return nowNanos;
            }

            @Override
            public long wallMs() {
                return 1_700_000_000_000L + nowNanos / MS;
            }
        };
    }

    private UUID id() {
        return new UUID(3, ++ids);
    }

    private CompletableFuture<CommandResult> submit(Command command) {
        submitted.add(command);
        if (leader.isEmpty() || leader.getAsInt() != NODE) {
            FlotillaError error = new ControllerHints(
                            Map.of(2, new Endpoint("two", 9093)), metadata::image, () -> leader)
                    .notController("not here");
            return CompletableFuture.failedFuture(error.exception());
        }
        try {
            CommandResult result = CommandResult.parseFrom(state.apply(command.toByteArray(), term, ++index));
            return result.hasError()
                    ? CompletableFuture.failedFuture(
                            Errors.ofMessage(result.getError()).exception())
                    : CompletableFuture.completedFuture(result);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private CompletableFuture<ProbeAnswer> probe(BrokerRegistration broker) {
        probed.add(broker.brokerId());
        return CompletableFuture.completedFuture(probes.getOrDefault(broker.brokerId(), ProbeAnswer.NO_ANSWER));
    }

    private QuorumStatus status() {
        return new QuorumStatus(
                leader,
                term,
                40,
                40,
                List.of(
                        new MemberProgress(new Voter(1, "one", 9094), true, 42, 40, 0),
                        new MemberProgress(new Voter(2, "two", 9094), true, 39, 38, 5),
                        new MemberProgress(new Voter(3, "three", 9094), true, -1, -1, -1)));
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }
}
