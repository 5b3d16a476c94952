package io.flotilla.quorum.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.IntroduceRequest;
import io.flotilla.proto.internal.v1.IntroduceResponse;
import io.flotilla.proto.v1.QuorumChangeState;
import io.flotilla.proto.v1.QuorumNode;
import io.flotilla.quorum.command.ControllerState;
import io.flotilla.quorum.feed.CommittedMetadata;
import io.flotilla.quorum.raft.LeadershipListener;
import io.flotilla.quorum.raft.MetadataRaft;
import io.flotilla.quorum.raft.NodeIdentity;
import io.flotilla.quorum.raft.RaftConfig;
import io.flotilla.quorum.raft.RaftRuntime;
import io.flotilla.quorum.raft.RaftTuning;
import io.flotilla.quorum.raft.Voter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator is answered by a quorum of one voter, node 1. */
class QuorumChangesTest {
    private static final ByteString FIRST = ByteString.copyFromUtf8("first");
    private static final ByteString SECOND = ByteString.copyFromUtf8("second");
    private static final ByteString THIRD = ByteString.copyFromUtf8("third");
    private static final ByteString FOURTH = ByteString.copyFromUtf8("fourth");
    private static final ByteString FIFTH = ByteString.copyFromUtf8("fifth");

    @TempDir
    Path directory;

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final CountDownLatch leads = new CountDownLatch(1);
    private MetadataRaft raft;
    private CompletableFuture<IntroduceResponse> newcomer = new CompletableFuture<>();
    private QuorumChanges changes;

    @BeforeEach
    void start() throws Exception {
        int port = freePort();
        raft = MetadataRaft.start(
                new RaftConfig(
                        new NodeIdentity("c1", 1),
                        new InetSocketAddress("127.0.0.1", port),
                        List.of(new Voter(1, "127.0.0.1", port)),
                        directory,
                        RaftTuning.defaults()),
                new ControllerState(new CommittedMetadata()),
                new RaftRuntime(
                        pool,
                        timer,
                        (reason, cause) -> {
                            throw new AssertionError(reason, cause);
                        },
                        new LeadershipListener() {
                            @Override
                            public void leaderReady(long term) {
                                leads.countDown();
                            }

                            @Override
                            public void notLeader() {
                                // it does not happen here
                            }
                        }));
        assertThat(leads.await(20, TimeUnit.SECONDS)).isTrue();
        changes = new QuorumChanges(
                raft, new ControllerHints(Map.of(), () -> MetadataImage.EMPTY, raft::leader), node -> newcomer);
    }

    @AfterEach
    void stop() {
        raft.close();
        timer.shutdownNow();
        pool.shutdownNow();
    }

    @Test
    void theLeaderIsTheLeaderAlready() {
        QuorumChanges.Step step =
                changes.transfer(1, FIRST).toCompletableFuture().join();

        assertThat(step.state()).isEqualTo(QuorumChangeState.QUORUM_CHANGE_STATE_NOT_NEEDED);
        assertThat(step.voters()).extracting(QuorumNode::getNodeId).containsExactly(1);
    }

    @Test
    void whoIsNoVoterCanNeitherLeadNorBeRemovedAndTheLastOneStays() {
        assertThat(refusal(changes.transfer(7, FIRST)).code()).isEqualTo(ErrorCode.VOTER_NOT_FOUND);
        assertThat(changes.remove(7, FIRST).toCompletableFuture().join().state())
                .as("a repetition cannot tell that it was removed before")
                .isEqualTo(QuorumChangeState.QUORUM_CHANGE_STATE_NOT_NEEDED);
        assertThat(refusal(changes.remove(1, FIRST)).code()).isEqualTo(ErrorCode.POLICY_VIOLATION);
    }

    @Test
    void theNodeAtTheEndpointMustBeTheOneThatIsMeantAndOfThisQuorum() {
        newcomer.complete(introduction(3, raft.quorumId()));
        assertThat(refusal(changes.add(2, "127.0.0.1:9", FIRST)).message()).contains("there is node 3, not node 2");

        newcomer = CompletableFuture.completedFuture(introduction(2, UUID.randomUUID()));
        assertThat(refusal(changes.add(2, "127.0.0.1:9", SECOND)).message()).contains("before a recovery");

        newcomer = CompletableFuture.completedFuture(
                introduction(2, raft.quorumId()).toBuilder().addVoters(2).build());
        assertThat(refusal(changes.add(2, "127.0.0.1:9", FIFTH)).message()).contains("founded a quorum of its own");

        assertThat(refusal(changes.add(2, "nowhere", THIRD)).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal(changes.add(2, "", FOURTH)).message()).contains("INTERNAL listener of node 2");
    }

    @Test
    void aSlowChangeIsWaitedForByRepetitionsAndKeepsOthersOut() {
        QuorumChanges.Step waiting =
                changes.add(2, "127.0.0.1:9", FIRST).toCompletableFuture().join();
        assertThat(waiting.state()).isEqualTo(QuorumChangeState.QUORUM_CHANGE_STATE_UNDER_WAY);
        assertThat(refusal(changes.remove(1, SECOND)).message()).contains("the addition of node 2 is under way");

        newcomer.complete(introduction(3, raft.quorumId()));
        assertThat(refusal(changes.add(2, "127.0.0.1:9", FIRST)).message()).contains("there is node 3");
    }

    /** Else whoever corrects what was wrong would hear of the last attempt for ever. */
    @Test
    void anotherCallDoesNotHearHowAnEarlierOneFailed() {
        newcomer.complete(introduction(3, raft.quorumId()));
        assertThat(refusal(changes.add(2, "127.0.0.1:9", FIRST)).message()).contains("there is node 3");

        newcomer = CompletableFuture.completedFuture(introduction(4, raft.quorumId()));
        assertThat(refusal(changes.add(2, "127.0.0.1:9", FIRST)).message()).contains("there is node 3");
        assertThat(refusal(changes.add(2, "127.0.0.1:9", SECOND)).message()).contains("there is node 4");
    }

    @Test
    void aControllerIntroducesItselfToItsOwnClusterOnly() {
        Introduction introduction = new Introduction(
                new Introduction.Self("c1", 1, Endpoint.parse("127.0.0.1:9094"), raft.quorumId()),
                new CommittedMetadata(),
                raft::status,
                raft::hasLog);

        IntroduceResponse self = introduction.to(asking("c1"));

        assertThat(self.getVotersList()).containsExactly(1);
        assertThat(self.getFounded()).isFalse();
        assertThat(self.getKnowsAsker()).isFalse();
        assertThat(self.getRemembering())
                .as("the term's own entry is in the log, and no metadata yet")
                .isTrue();
        assertThat(catchThrowable(() -> introduction.to(asking("c2"))))
                .hasMessageContaining("controller of cluster c1, not of c2");
    }

    private static IntroduceRequest asking(String cluster) {
        return IntroduceRequest.newBuilder().setClusterId(cluster).setNodeId(2).build();
    }

    private static IntroduceResponse introduction(int node, UUID quorum) {
        return IntroduceResponse.newBuilder()
                .setClusterId("c1")
                .setNodeId(node)
                .setRaftEndpoint("127.0.0.1:1")
                .setQuorumId(quorum.toString())
                .build();
    }

    private static FlotillaError refusal(CompletionStage<QuorumChanges.Step> change) {
        return CallFailures.error(
                catchThrowable(() -> change.toCompletableFuture().join()));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
