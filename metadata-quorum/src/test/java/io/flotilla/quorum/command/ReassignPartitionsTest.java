package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A partition's way to other brokers: the new replicas join, and once they are in sync the old ones go (KIP-455). */
class ReassignPartitionsTest {
    private final TestCluster cluster = TestCluster.of(5);
    private final TopicId topic = cluster.topic("orders", Map.of(), 1, 2, 3);

    @Test
    void newReplicasComeAtOnceAndOldOnesGoWhenTheNewOnesAreInSync() {
        assertThat(Operations.reassigned(cluster, "orders", 1, 4, 5)).isEmpty();
        assertThat(state().replicaIds()).containsExactly(1, 2, 3, 4, 5);
        assertThat(state().plan().adding()).containsExactly(4, 5);
        assertThat(state().removing()).containsExactly(2, 3);
        assertThat(state().isr()).containsExactly(1, 2, 3);

        cluster.shrinkOrExpand(topic, 1, 2, 3, 4);
        assertThat(state().plan().reassigns()).isTrue();

        cluster.shrinkOrExpand(topic, 1, 2, 3, 4, 5);
        assertThat(state().replicaIds()).containsExactly(1, 4, 5);
        assertThat(state().isr()).containsExactly(1, 4, 5);
        assertThat(state().plan()).isEqualTo(PartitionPlan.NONE);
        assertThat(state().leader()).isEqualTo(1);
        assertThat(state().leaderEpoch()).as("the leader goes on").isZero();
    }

    @Test
    void eachReplicaKeepsTheRevisionAtWhichItCame() {
        long came = state().replica(1).map(Replica::assignmentRevision).orElseThrow();
        Operations.reassigned(cluster, "orders", 1, 2, 4);
        long moved = cluster.image().revision();
        cluster.shrinkOrExpand(topic, 1, 2, 3, 4);
        assertThat(state().replicas())
                .containsExactly(new Replica(1, came), new Replica(2, came), new Replica(4, moved));

        Operations.reassigned(cluster, "orders", 1, 2, 3);
        long back = cluster.image().revision();
        assertThat(state().replica(3)).contains(new Replica(3, back));
    }

    @Test
    void aLeaderOutsideTheTargetDrainsBeforeItGoes() {
        Operations.reassigned(cluster, "orders", 4, 5);
        cluster.shrinkOrExpand(topic, 1, 2, 3, 4, 5);
        assertThat(state().replicaIds()).containsExactly(1, 2, 3, 4, 5);
        assertThat(state().leader()).isEqualTo(1);
        assertThat(state().plan().nextLeader()).isEqualTo(4);

        resign();
        assertThat(state().leader()).isEqualTo(4);
        assertThat(state().leaderEpoch()).isEqualTo(1);
        assertThat(state().replicaIds()).containsExactly(4, 5);
        assertThat(state().plan()).isEqualTo(PartitionPlan.NONE);
    }

    @Test
    void anotherLeaderIsPlannedWhenThePlannedOneDies() {
        Operations.reassigned(cluster, "orders", 4, 5);
        cluster.shrinkOrExpand(topic, 1, 2, 3, 4, 5);

        cluster.fence(4);
        assertThat(state().plan().nextLeader())
                .as("not every new replica is in sync any more")
                .isEqualTo(PartitionState.NO_LEADER);
        assertThat(state().leader()).isEqualTo(1);
        cluster.unfence(4);
        cluster.shrinkOrExpand(topic, 1, 2, 3, 4, 5);
        assertThat(state().plan().nextLeader()).isEqualTo(4);
    }

    @Test
    void aCancelledMoveGoesBackToTheReplicasFromBeforeInTheirOrder() {
        Operations.reassigned(cluster, "orders", 4, 2, 5);
        cluster.shrinkOrExpand(topic, 1, 2, 3, 4);

        assertThat(Operations.reassigned(cluster, "orders")).isEmpty();

        assertThat(state().replicaIds()).containsExactly(1, 2, 3);
        assertThat(state().isr()).containsExactly(1, 2, 3);
        assertThat(state().plan()).isEqualTo(PartitionPlan.NONE);
        assertThat(Operations.reassigned(cluster, "orders")).isEqualTo("NO_REASSIGNMENT_IN_PROGRESS");
    }

    @Test
    void aCancelledMoveKeepsTheNewReplicasWhileTheOldOnesAreTooFew() {
        Operations.reassigned(cluster, "orders", 4, 5);
        cluster.shrinkOrExpand(topic, 1, 4);

        assertThat(Operations.reassigned(cluster, "orders")).isEmpty();
        assertThat(state().isr())
                .as("what is acknowledged stays on two brokers")
                .containsExactly(1, 4);

        cluster.shrinkOrExpand(topic, 1, 2, 4);
        assertThat(state().replicaIds()).containsExactly(1, 2, 3);
        assertThat(state().isr()).containsExactly(1, 2);
    }

    @Test
    void aCancelledMoveDoesNotEndBecauseTheIsrShrinks() {
        Operations.reassigned(cluster, "orders", 4, 5);
        cluster.shrinkOrExpand(topic, 1, 4);
        Operations.reassigned(cluster, "orders");

        cluster.fence(4);

        assertThat(state().isr()).containsExactly(1);
        assertThat(state().elr())
                .as("it holds what was acknowledged on two brokers")
                .containsExactly(4);
        assertThat(state().replicaIds()).contains(4);
    }

    @Test
    void aMoveToFewerDoesNotEndBecauseTheIsrShrinks() {
        cluster.fence(2);
        Operations.reassigned(cluster, "orders", 1, 2);
        assertThat(state().isr()).containsExactly(1, 3);

        cluster.fence(3);

        assertThat(state().isr()).containsExactly(1);
        assertThat(state().elr()).containsExactly(3);
        assertThat(state().replicaIds()).containsExactly(1, 2, 3);
    }

    @Test
    void theMinimumStaysUntilTheEndOfAMoveToFewer() {
        Operations.reassigned(cluster, "orders", 4);
        cluster.fence(2, 3);

        assertThat(state().replicationFactor()).isEqualTo(3);
        assertThat(state().isr()).containsExactly(1);
        assertThat(state().elr()).as("one copy is below the minimum of two").containsExactly(2, 3);
    }

    @Test
    void aMoveToFewerForgetsNobodyWhoIsEligible() {
        cluster.shrinkOrExpand(topic, 1);
        assertThat(state().elr()).containsExactly(2, 3);

        Operations.reassigned(cluster, "orders", 4);

        assertThat(state().elr()).containsExactly(2, 3);
    }

    @Test
    void aMoveCanBeTurnedElsewhere() {
        Operations.reassigned(cluster, "orders", 1, 2, 4);
        assertThat(Operations.reassigned(cluster, "orders", 1, 2, 5)).isEmpty();
        assertThat(state().replicaIds()).containsExactly(1, 2, 3, 4, 5);
        assertThat(state().origin()).containsExactly(1, 2, 3);

        cluster.shrinkOrExpand(topic, 1, 2, 3, 5);
        assertThat(state().replicaIds()).containsExactly(1, 2, 5);
    }

    @Test
    void moreReplicasAskForMoreInSyncOnesOnlyOnceTheyAreThere() {
        TopicId single = cluster.topic("single", Map.of("min.insync.replicas", "2"), 1);

        Operations.reassigned(cluster, "single", 1, 2);
        PartitionState moving = cluster.partition(single);
        assertThat(moving.replicationFactor()).isEqualTo(1);
        assertThat(moving.isr()).containsExactly(1);

        cluster.shrinkOrExpand(single, 1, 2);
        assertThat(cluster.partition(single).replicationFactor()).isEqualTo(2);
    }

    @Test
    void fewerReplicasAndAnotherOrderAreThereAtOnce() {
        Operations.reassigned(cluster, "orders", 2, 1);

        assertThat(state().replicaIds()).containsExactly(2, 1);
        assertThat(state().isr()).containsExactly(2, 1);
        assertThat(state().plan()).isEqualTo(PartitionPlan.NONE);
        assertThat(state().leader()).as("the order is only a preference").isEqualTo(1);
    }

    @Test
    void aDeadReplicaIsReplaced() {
        cluster.fence(3);
        Operations.reassigned(cluster, "orders", 1, 2, 4);
        cluster.shrinkOrExpand(topic, 1, 2, 4);

        assertThat(state().replicaIds()).containsExactly(1, 2, 4);
    }

    @Test
    void theLeadersDeathInTheMiddleElectsAnotherAndTheMoveGoesOn() {
        Operations.reassigned(cluster, "orders", 1, 4, 5);
        cluster.shrinkOrExpand(topic, 1, 2, 3, 4);

        cluster.fence(1);
        assertThat(state().leader()).as("replicas from before come first").isEqualTo(2);
        assertThat(state().plan().reassigns()).isTrue();

        cluster.shrinkOrExpand(topic, 2, 3, 4, 5);
        assertThat(state().plan().nextLeader()).isEqualTo(4);
        resign();
        assertThat(state().replicaIds()).containsExactly(1, 4, 5);
        assertThat(state().isr()).containsExactly(4, 5);
    }

    @Test
    void wrongTargetsAreRefused() {
        assertThat(Operations.reassigned(cluster, "orders", 1, 1)).isEqualTo("INVALID_REPLICA_ASSIGNMENT");
        assertThat(Operations.reassigned(cluster, "orders", 1, 9)).isEqualTo("INVALID_REPLICA_ASSIGNMENT");
        assertThat(Operations.reassigned(cluster, "nowhere", 1, 2)).isEqualTo("UNKNOWN_TOPIC_OR_PARTITION");
        assertThat(state().plan()).isEqualTo(PartitionPlan.NONE);
    }

    @Test
    void aCordonedBrokerGetsNothingNewAndKeepsWhatItHas() {
        Operations.run(cluster, Operations.brokerConfig(4, "cordoned.log.dirs", "*"));
        Operations.run(cluster, Operations.brokerConfig(3, "cordoned.log.dirs", "*"));

        assertThat(Operations.reassigned(cluster, "orders", 1, 2, 4)).isEqualTo("INVALID_REPLICA_ASSIGNMENT");
        assertThat(Operations.reassigned(cluster, "orders", 1, 3, 5)).isEmpty();
    }

    private PartitionState state() {
        return cluster.partition(topic);
    }

    private void resign() {
        List<Integer> isr = state().isr();
        cluster.accepted(cluster.alter(
                state().leader(),
                cluster.proposal(topic, isr.toArray(Integer[]::new)).setResign(true)));
    }
}
