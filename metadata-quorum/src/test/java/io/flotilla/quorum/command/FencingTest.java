package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.PartitionState;
import io.flotilla.proto.internal.v1.BrokerToFence;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.FenceBrokersCommand;
import io.flotilla.proto.internal.v1.UnfenceBrokerCommand;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Brokers out of service, back in service, and leaving by themselves. */
class FencingTest {
    private final TestCluster cluster = TestCluster.of(3);

    @Test
    void theNextInSyncReplicaLeadsWhenTheLeaderIsFenced() {
        TopicId topic = cluster.topic("orders", Map.of(), 1, 2, 3);

        cluster.fence(1);

        assertThat(cluster.partition(topic).leader()).isEqualTo(2);
        assertThat(cluster.partition(topic).isr()).containsExactly(2, 3);
        assertThat(cluster.partition(topic).leaderEpoch()).isEqualTo(1);
    }

    @Test
    void nobodyIsElectedWhoIsFencedInTheSameCommand() {
        TopicId topic = cluster.topic("orders", Map.of(), 1, 2, 3);

        cluster.fence(1, 2);

        assertThat(cluster.partition(topic).leader()).isEqualTo(3);
        assertThat(cluster.partition(topic).leaderEpoch()).isEqualTo(1);
        assertThat(cluster.partition(topic).elr()).containsExactly(1, 2);
    }

    @Test
    void theIsrMayBecomeEmptyAndTheElrHoldsWhoeverMayLeadNext() {
        TopicId topic = cluster.topic("orders", Map.of("min.insync.replicas", "1"), 1, 2);
        cluster.shrinkOrExpand(topic, 1);

        cluster.fence(1);

        PartitionState state = cluster.partition(topic);
        assertThat(state.isr()).isEmpty();
        assertThat(state.elr()).containsExactly(1);
        assertThat(state.hasLeader()).isFalse();
        assertThat(state.lastKnownLeader()).isEqualTo(1);
    }

    @Test
    void anIncompleteReplicaIsElectedOnlyByConfigAndCounted() {
        TopicId topic = cluster.topic("orders", Map.of("min.insync.replicas", "1"), 1, 2);
        cluster.shrinkOrExpand(topic, 1);
        cluster.fence(1);

        cluster.accepted(cluster.config(topic, "unclean.leader.election.enable", "true"));

        assertThat(cluster.partition(topic).leader()).isEqualTo(2);
        assertThat(cluster.partition(topic).elr()).isEmpty();
        assertThat(cluster.history.get(cluster.history.size() - 1).riskyElections())
                .extracting(RiskyElection::election)
                .containsExactly(Elections.Kind.UNCLEAN);
    }

    @Test
    void fencingMeansOneRegistrationAndLeavesAnotherAlone() {
        long old = cluster.epoch(1);
        cluster.restart(1, true);
        cluster.unfence(1);
        long revision = cluster.image().revision();

        cluster.accepted(Command.newBuilder()
                .setFenceBrokers(FenceBrokersCommand.newBuilder()
                        .addBrokers(BrokerToFence.newBuilder().setBrokerId(1).setBrokerEpoch(old))));

        assertThat(cluster.image().brokers().eligible(1)).isTrue();
        assertThat(cluster.image().revision()).isEqualTo(revision);
    }

    @Test
    void aDecisionOfAnEarlierTermIsRefused() {
        cluster.refused(
                ErrorCode.NOT_CONTROLLER,
                Command.newBuilder()
                        .setTerm(TestCluster.TERM - 1)
                        .setFenceBrokers(FenceBrokersCommand.newBuilder()
                                .addBrokers(BrokerToFence.newBuilder()
                                        .setBrokerId(1)
                                        .setBrokerEpoch(cluster.epoch(1)))));
    }

    @Test
    void anEarlierRunIsNotUnfenced() {
        long old = cluster.epoch(1);
        cluster.restart(1, true);

        cluster.refused(
                ErrorCode.STALE_BROKER_EPOCH,
                Command.newBuilder()
                        .setUnfenceBroker(
                                UnfenceBrokerCommand.newBuilder().setBrokerId(1).setBrokerEpoch(old)));
    }

    @Test
    void aBrokerThatShutsDownHandsOverAndLeavesTheIsrsThatStayLargeEnough() {
        TopicId large = cluster.topic("large", Map.of(), 1, 2, 3);
        TopicId small = cluster.topic("small", Map.of(), 1, 2);

        cluster.beginShutdown(1);

        assertThat(cluster.partition(large).leader()).isEqualTo(2);
        assertThat(cluster.partition(large).isr()).containsExactly(2, 3);
        assertThat(cluster.partition(small).leader()).isEqualTo(2);
        assertThat(cluster.partition(small).isr()).containsExactly(1, 2);
        cluster.fence(1);
        assertThat(cluster.partition(small).isr()).containsExactly(2);
        assertThat(cluster.partition(small).elr()).containsExactly(1);
    }

    @Test
    void aLeadershipThatNobodyCanTakeOverEndsAndComesBackWithItsBroker() {
        TopicId topic = cluster.topic("single", Map.of(), 1);

        cluster.beginShutdown(1);

        assertThat(cluster.partition(topic).hasLeader()).isFalse();
        assertThat(cluster.partition(topic).isr()).containsExactly(1);
        cluster.restart(1, true);
        cluster.unfence(1);
        assertThat(cluster.partition(topic).leader()).isEqualTo(1);
        assertThat(cluster.partition(topic).leaderEpoch()).isEqualTo(2);
    }

    @Test
    void aDamagedReplicaLeavesIsrAndElr() {
        TopicId topic = cluster.topic("orders", Map.of(), 1, 2, 3);
        cluster.lost(1, topic);
        assertThat(cluster.partition(topic).leader()).isEqualTo(2);
        assertThat(cluster.partition(topic).isr()).containsExactly(2, 3);
        cluster.fence(2);
        assertThat(cluster.partition(topic).elr()).containsExactly(2);

        cluster.lost(2, topic);

        assertThat(cluster.partition(topic).elr()).isEmpty();
        long revision = cluster.image().revision();
        cluster.lost(2, topic);
        assertThat(cluster.image().revision()).isEqualTo(revision);
    }
}
