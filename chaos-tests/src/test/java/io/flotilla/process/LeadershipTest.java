package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.TopicDescription.PartitionDescription;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.proto.v1.MetadataServiceDescribeRequest;
import io.flotilla.proto.v1.Outcome;
import io.flotilla.proto.v1.ProduceResponse;
import io.flotilla.proto.v1.TopicRef;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who leads answers, who follows says who leads, and who stops hands over first. */
@Tag("process")
class LeadershipTest {
    private static final int SIGTERM_EXIT = 143;
    private static final Duration KNOWN = Duration.ofSeconds(10);

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(3);

    @Test
    void aFollowerRefusesToAppendAndNamesTheLeader() {
        CLUSTER.createTopic("led", 1, 3);
        int leader = CLUSTER.leader("led", 0);
        CLUSTER.awaitFullIsr();
        int follower = leader % 3 + 1;
        try (StubClient atFollower = new StubClient(CLUSTER.client(follower));
                StubClient atLeader = new StubClient(CLUSTER.client(leader))) {
            Await.until("the follower knows the topic", KNOWN, () -> knows(atFollower, "led"));
            ProduceResponse refused = atFollower.produce(StubClient.request("led", StubClient.batch(List.of("a"))));
            assertThat(refused.getError().getReason()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.name());
            assertThat(refused.getError().getOutcome()).isEqualTo(Outcome.OUTCOME_NOT_APPLIED);
            assertThat(refused.getError().getLeader().getBrokerId()).isEqualTo(leader);
            assertThat(refused.getError().getLeader().getEndpoint()).isEqualTo(CLUSTER.client(leader));
            ProduceResponse acked = atLeader.produce(StubClient.request("led", StubClient.batch(List.of("b"))));
            assertThat(acked.hasError()).as(acked.toString()).isFalse();
            assertThat(atLeader.fetch("led", 0).getHighWatermark()).isEqualTo(1);
        }
    }

    private static boolean knows(StubClient stub, String topic) {
        MetadataServiceDescribeRequest question = MetadataServiceDescribeRequest.newBuilder()
                .addTopics(TopicRef.newBuilder().setName(topic))
                .build();
        return stub.metadata().describe(question).getUnknownTopicsCount() == 0;
    }

    @Test
    void anAcknowledgementThatComesTooLateIsOfUnknownOutcome() {
        CLUSTER.createTopic("late", 1, 3);
        int leader = CLUSTER.leader("late", 0);
        CLUSTER.awaitFullIsr();
        List<NodeProcess> followers = CLUSTER.nodes().stream()
                .filter(node -> node != CLUSTER.node(leader))
                .toList();
        followers.forEach(NodeProcess::freeze);
        try (StubClient stub = new StubClient(CLUSTER.client(leader))) {
            ProduceResponse late = stub.produce(
                    StubClient.request("late", StubClient.batch(List.of("a"))).setTimeoutMs(500));
            assertThat(late.getError().getReason()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT.name());
            assertThat(late.getError().getOutcome()).isEqualTo(Outcome.OUTCOME_UNKNOWN);
        } finally {
            followers.forEach(NodeProcess::thaw);
        }
        CLUSTER.awaitFullIsr();
        try (StubClient stub = new StubClient(CLUSTER.client(CLUSTER.leader("late", 0)))) {
            ProduceResponse acked = stub.produce(StubClient.request("late", StubClient.batch(List.of("b"))));
            assertThat(acked.hasError()).as(acked.toString()).isFalse();
        }
    }

    @Test
    void aStoppedLeaderHandsOverAndNobodyNotices() {
        CLUSTER.createTopic("handed", 2, 3);
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, "handed")) {
            load.awaitMore(1_500);
            CLUSTER.awaitFullIsr();
            PartitionDescription before = CLUSTER.led("handed", 0);
            NodeProcess node = CLUSTER.node(before.leader());
            assertThat(node.stop()).isEqualTo(SIGTERM_EXIT);
            assertThat(node.output()).containsSubsequence("leaderships are handed over", "stopped");
            CLUSTER.awaitOtherLeader("handed", before);
            load.awaitMore(1_500);
            node.start();
            CLUSTER.awaitFullIsr();
            load.end();
            verdict = load.judge();
        }
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        assertThat(CLUSTER.awaitEqualReplicas("handed")).hasSize(6);
    }
}
