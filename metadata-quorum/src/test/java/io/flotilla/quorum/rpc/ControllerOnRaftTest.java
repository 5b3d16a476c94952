package io.flotilla.quorum.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.time.SystemClock;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.proto.internal.v1.CreateTopicsCommand;
import io.flotilla.proto.internal.v1.NoopCommand;
import io.flotilla.proto.internal.v1.RegisterBrokerRequest;
import io.flotilla.proto.internal.v1.TopicDefaults;
import io.flotilla.proto.internal.v1.TopicToCreate;
import io.flotilla.quorum.command.AppliedDelta;
import io.flotilla.quorum.command.ControllerState;
import io.flotilla.quorum.command.DeltaListener;
import io.flotilla.quorum.feed.CommittedMetadata;
import io.flotilla.quorum.liveness.LivenessConfig;
import io.flotilla.quorum.liveness.ProbeAnswer;
import io.flotilla.quorum.raft.LeadershipListener;
import io.flotilla.quorum.raft.MetadataRaft;
import io.flotilla.quorum.raft.NodeIdentity;
import io.flotilla.quorum.raft.RaftConfig;
import io.flotilla.quorum.raft.RaftRuntime;
import io.flotilla.quorum.raft.RaftTuning;
import io.flotilla.quorum.raft.RaftTuning.ElectionTiming;
import io.flotilla.quorum.raft.RaftTuning.SnapshotPolicy;
import io.flotilla.quorum.raft.Voter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The controller's state on the real quorum of one voter. */
class ControllerOnRaftTest {
    @TempDir
    Path directory;

    @Test
    void aNewClusterGetsItsIdentityFromItsFirstControllerAndKeepsItsStateOverARestart() throws Exception {
        int port = freePort();
        MetadataImage before;
        try (Node node = new Node(port)) {
            node.awaitIdentity();
            CommandResult registered = node.submit(registration());
            assertThat(registered.getRegisterBroker().getBrokerEpoch()).isEqualTo(2);
            FlotillaError refusal = CallFailures.error(catchThrowable(() ->
                    node.submit(Command.newBuilder().setTerm(1_000_000).setNoop(NoopCommand.getDefaultInstance()))));
            assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_CONTROLLER);
            before = node.metadata.image();
        }

        try (Node node = new Node(port)) {
            node.awaitIdentity();
            node.submit(Command.newBuilder().setNoop(NoopCommand.getDefaultInstance()));

            assertThat(node.metadata.image()).usingRecursiveComparison().isEqualTo(before);
        }
    }

    @Test
    void withoutRoomOnTheDiskNothingNewIsCreatedButBrokersAreStillLookedAfter() throws Exception {
        try (Node node = new Node(freePort(), Long.MAX_VALUE / 4)) {
            node.awaitIdentity();
            node.awaitShortage();

            FlotillaError refusal = CallFailures.error(catchThrowable(() -> node.submit(Command.newBuilder()
                    .setCreateTopics(CreateTopicsCommand.newBuilder()
                            .addTopics(TopicToCreate.newBuilder().setName("orders"))))));
            CommandResult registered = node.submit(registration());

            assertThat(refusal.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
            assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(refusal.retryAfterMs()).isPositive();
            assertThat(refusal.message())
                    .contains(directory.toString())
                    .contains("metadata.log.free.bytes.min")
                    .contains("Free space there");
            assertThat(registered.getRegisterBroker().getBrokerEpoch()).isEqualTo(2);
        }
    }

    private static Command.Builder registration() {
        return Command.newBuilder()
                .setRegisterBroker(RegisterBrokerRequest.newBuilder()
                        .setBrokerId(1)
                        .setIncarnation(TestBroker.incarnation(1, 1))
                        .putListeners("CLIENT", "127.0.0.1:1")
                        .putListeners("INTERNAL", "127.0.0.1:2")
                        .setFeatureLevelMin(1)
                        .setFeatureLevelMax(FeatureRange.CURRENT.max()));
    }

    @Test
    void beforeTheQuorumIsAttachedCommandsAreRefusedForCertain() {
        RaftCommands commands = new RaftCommands(
                new ControllerHints(Map.of(), () -> MetadataImage.EMPTY, OptionalInt::empty), Duration.ofSeconds(1));

        FlotillaError refusal = CallFailures.error(catchThrowable(
                () -> commands.submit(Command.getDefaultInstance()).join()));

        assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_CONTROLLER);
        assertThat(refusal.retryAfterMs()).isPositive();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A controller as the process wires it, but for its listeners. */
    private final class Node implements AutoCloseable {
        final CommittedMetadata metadata = new CommittedMetadata();
        private final CountDownLatch ready = new CountDownLatch(1);
        private final ExecutorService pool = Executors.newCachedThreadPool();
        private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
        private final ScheduledExecutorService loop = Executors.newScheduledThreadPool(1);
        private final AtomicReference<MetadataRaft> member = new AtomicReference<>();
        private final AtomicBoolean leads = new AtomicBoolean();
        private final RaftCommands commands;

        Node(int port) throws IOException {
            this(port, 0);
        }

        Node(int port, long freeBytesMin) throws IOException {
            ControllerHints hints = new ControllerHints(
                    Map.of(),
                    metadata::image,
                    () -> member.get() == null
                            ? OptionalInt.empty()
                            : member.get().leader());
            commands = new RaftCommands(hints, Duration.ofSeconds(10));
            SystemClock clock = new SystemClock();
            Prober prober = broker -> CompletableFuture.completedFuture(ProbeAnswer.NO_ANSWER);
            ActiveController active = new ActiveController(
                    new ActiveController.Ports(loop, clock, commands, prober, metadata, hints, UUID::randomUUID),
                    new ControllerSettings("", LivenessConfig.ofSessionMs(3000), TopicDefaults.getDefaultInstance()));
            metadata.follow(active);
            metadata.follow(new DeltaListener() {
                @Override
                public void applied(AppliedDelta applied) {
                    serves();
                }

                @Override
                public void loaded(MetadataImage image) {
                    serves();
                }
            });
            RaftConfig config = new RaftConfig(
                    new NodeIdentity("c1", 1),
                    new InetSocketAddress("127.0.0.1", port),
                    List.of(new Voter(1, "127.0.0.1", port)),
                    directory,
                    new RaftTuning(ElectionTiming.defaults(), SnapshotPolicy.defaults(), freeBytesMin));
            member.set(MetadataRaft.start(
                    config,
                    new ControllerState(metadata),
                    new RaftRuntime(
                            pool,
                            timer,
                            (reason, cause) -> {
                                throw new AssertionError(reason, cause);
                            },
                            new LeadershipListener() {
                                @Override
                                public void leaderReady(long term) {
                                    leads.set(true);
                                    active.leaderReady(term);
                                    serves();
                                }

                                @Override
                                public void notLeader() {
                                    active.notLeader();
                                }
                            })));
            commands.attach(member.get());
            loop.scheduleWithFixedDelay(active::tick, 20, 20, TimeUnit.MILLISECONDS);
        }

        private void serves() {
            if (leads.get() && metadata.image().bootstrapped()) {
                ready.countDown();
            }
        }

        void awaitIdentity() throws InterruptedException {
            assertThat(ready.await(20, TimeUnit.SECONDS)).isTrue();
        }

        void awaitShortage() throws InterruptedException {
            CountDownLatch noticed = new CountDownLatch(1);
            timer.scheduleWithFixedDelay(
                    () -> member.get().spaceShortage().ifPresent(told -> noticed.countDown()),
                    0,
                    10,
                    TimeUnit.MILLISECONDS);
            assertThat(noticed.await(20, TimeUnit.SECONDS)).isTrue();
        }

        CommandResult submit(Command.Builder command) {
            return commands.submit(command.build()).join();
        }

        @Override
        public void close() {
            member.get().close();
            loop.shutdownNow();
            timer.shutdownNow();
            pool.shutdownNow();
        }
    }
}
