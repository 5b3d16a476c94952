package io.flotilla.broker.metadata;

import static io.flotilla.broker.metadata.Cluster.ORDERS;
import static io.flotilla.broker.metadata.Cluster.ORDERS_0;
import static io.flotilla.broker.metadata.Cluster.broker;
import static io.flotilla.broker.metadata.Cluster.change;
import static io.flotilla.broker.metadata.Cluster.led;
import static io.flotilla.broker.metadata.Cluster.node;
import static io.flotilla.broker.metadata.Cluster.orders;
import static io.flotilla.broker.metadata.Cluster.run;
import static io.flotilla.broker.metadata.Cluster.threeBrokers;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.metadata.LocalChange.Abandon;
import io.flotilla.broker.metadata.LocalChange.Follow;
import io.flotilla.broker.metadata.LocalChange.Lead;
import io.flotilla.broker.metadata.LocalChange.Remove;
import io.flotilla.broker.metadata.LocalChange.Update;
import io.flotilla.broker.metadata.LocalChange.Wait;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.TopicConfigSet;
import io.flotilla.model.delta.MetadataRecord.TopicRemoved;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.model.image.TopicSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LocalChangesTest {
    private static final TopicSettings DEFAULTS = TopicSettings.of(Map.of());

    private final LocalChanges broker1 = new LocalChanges(1, run(1));
    private final LocalChanges broker2 = new LocalChanges(2, run(2));

    @Test
    void aNewTopicGivesTheLeaderAndItsFollowersTheirRoles() {
        MetadataChange created = change(threeBrokers(), orders(led(1, 0, 0), led(2, 0, 0)));

        assertThat(broker1.of(created))
                .containsExactly(new Lead(local(0, led(1, 0, 0))), new Follow(local(1, led(2, 0, 0)), leader(2, 2)));
        assertThat(broker2.of(created))
                .containsExactly(new Follow(local(0, led(1, 0, 0)), leader(1, 1)), new Lead(local(1, led(2, 0, 0))));
    }

    @Test
    void aSnapshotGivesTheSameRolesAsTheDeltasThatLedToIt() {
        MetadataImage after =
                change(threeBrokers(), orders(led(1, 0, 0), led(2, 0, 0))).after();

        assertThat(broker1.of(new MetadataChange(MetadataImage.EMPTY, after, Optional.empty())))
                .containsExactly(new Lead(local(0, led(1, 0, 0))), new Follow(local(1, led(2, 0, 0)), leader(2, 2)));
    }

    @Test
    void aNewLeadershipIsFollowedAnewAndOneInTheSameEpochOnlyUpdates() {
        MetadataImage before = withOrders(led(1, 5, 9));

        assertThat(broker2.of(change(before, set(led(3, 6, 10)))))
                .containsExactly(new Follow(local(0, led(3, 6, 10)), leader(3, 3)));
        assertThat(broker2.of(change(before, set(led(2, 6, 10))))).containsExactly(new Lead(local(0, led(2, 6, 10))));
        assertThat(broker2.of(change(before, set(led(1, 5, 10))))).containsExactly(new Update(local(0, led(1, 5, 10))));
        assertThat(broker1.of(change(before, set(led(1, 5, 10))))).containsExactly(new Update(local(0, led(1, 5, 10))));
    }

    @Test
    void theLeadersNextEpochIsANewLeadershipEvenForTheSameBroker() {
        MetadataImage before = withOrders(led(1, 5, 9));

        assertThat(broker1.of(change(before, set(led(1, 6, 10))))).containsExactly(new Lead(local(0, led(1, 6, 10))));
    }

    @Test
    void aLeaderThatRunsAnewIsFetchedFromAnew() {
        MetadataImage before = withOrders(led(1, 5, 9));

        assertThat(broker2.of(change(before, new BrokerSet(broker(1, 40)))))
                .containsExactly(new Follow(withEpochs(led(1, 5, 9), 40L, 2L, 3L), leader(1, 40)));
    }

    @Test
    void aLeaderIsToldOfAFollowerThatRunsAnew() {
        MetadataImage before = withOrders(led(1, 5, 9));

        assertThat(broker1.of(change(before, new BrokerSet(broker(3, 40)))))
                .containsExactly(new Update(withEpochs(led(1, 5, 9), 1L, 2L, 40L)));
    }

    @Test
    void fencingABrokerChangesNoRoleByItself() {
        MetadataImage before = withOrders(led(1, 5, 9));

        assertThat(broker2.of(change(before, new BrokerSet(broker(1, 1).withFenced(true)))))
                .isEmpty();
    }

    @Test
    void withoutALeaderTheReplicaWaits() {
        MetadataImage before = withOrders(led(1, 5, 9));
        PartitionState leaderless = led(PartitionState.NO_LEADER, 6, 10);

        assertThat(broker2.of(change(before, set(leaderless)))).containsExactly(new Wait(local(0, leaderless)));
    }

    @Test
    void whatAnEarlierRunLedIsNotLedByThisOneUntilItIsRegistered() {
        LocalChanges secondRun = new LocalChanges(1, run(50));
        MetadataImage before = withOrders(led(1, 5, 9));

        assertThat(secondRun.of(new MetadataChange(MetadataImage.EMPTY, before, Optional.empty())))
                .containsExactly(new Wait(local(0, led(1, 5, 9))));
        assertThat(secondRun.of(change(before, new BrokerSet(broker(1, 50)), set(led(2, 6, 10)))))
                .containsExactly(new Follow(withEpochs(led(2, 6, 10), 50L, 2L, 3L), leader(2, 2)));
    }

    @Test
    void aRunThatWasReplacedLeadsNothing() {
        MetadataImage before = withOrders(led(1, 5, 9));

        assertThat(broker1.of(change(before, new BrokerSet(broker(1, 50)), set(led(1, 6, 10)))))
                .containsExactly(new Wait(withEpochs(led(1, 6, 10), 50L, 2L, 3L)));
    }

    @Test
    void aDeletedTopicIsRemovedWhetherADeltaOrASnapshotSaysSo() {
        MetadataImage before = withOrders(led(1, 5, 9));

        assertThat(broker1.of(change(before, new TopicRemoved(ORDERS)))).containsExactly(new Remove(ORDERS_0));
        assertThat(broker1.of(new MetadataChange(before, threeBrokers().withRevision(9), Optional.empty())))
                .containsExactly(new Remove(ORDERS_0));
    }

    @Test
    void aTopicThatANewHistoryDoesNotKnowIsAbandonedNotRemoved() {
        MetadataImage before = withOrders(led(1, 5, 9));
        MetadataImage recovered = threeBrokers().withCluster("c1", "h2").withRevision(1L << 32);

        assertThat(broker1.of(new MetadataChange(before, recovered, Optional.empty())))
                .containsExactly(new Abandon(ORDERS_0));
    }

    @Test
    void inANewHistoryAnotherAssignmentKeepsTheLog() {
        MetadataImage before = withOrders(led(1, 5, 9));
        PartitionState readded = replicas(new Replica(1, 4), new Replica(2, 8), new Replica(3, 4));
        MetadataImage after = change(before, set(readded)).after().withCluster("c1", "h2");

        assertThat(broker2.of(new MetadataChange(before, after, Optional.empty())))
                .noneMatch(Remove.class::isInstance);
    }

    @Test
    void aReplicaThatMovedAwayIsRemoved() {
        MetadataImage before = withOrders(led(1, 5, 9));
        PartitionState without2 = replicas(new Replica(1, 4), new Replica(3, 4));

        assertThat(broker2.of(change(before, set(without2)))).containsExactly(new Remove(ORDERS_0));
    }

    @Test
    void removedAndAddedAgainBetweenTwoImagesStartsFromNothing() {
        MetadataImage before = withOrders(led(1, 5, 9));
        PartitionState readded = replicas(new Replica(1, 4), new Replica(2, 8), new Replica(3, 4));
        MetadataImage after = change(before, set(readded)).after();

        assertThat(broker2.of(new MetadataChange(before, after, Optional.empty())))
                .containsExactly(new Remove(ORDERS_0), new Follow(local(0, readded), leader(1, 1)));
    }

    @Test
    void aTopicsNewSettingsUpdateItsReplicas() {
        MetadataImage before = withOrders(led(1, 5, 9));

        List<LocalChange> changes =
                broker1.of(change(before, new TopicConfigSet(ORDERS, "min.insync.replicas", Optional.of("1"))));

        assertThat(changes)
                .containsExactly(new Update(new LocalPartition(
                        ORDERS_0,
                        "orders",
                        TopicSettings.of(Map.of("min.insync.replicas", "1")),
                        led(1, 5, 9),
                        List.of(1L, 2L, 3L))));
    }

    @Test
    void whatHappensToOthersChangesNothing() {
        MetadataImage before = withOrders(led(1, 5, 9));
        TopicId elsewhere = new TopicId(new UUID(1, 2));

        assertThat(broker1.of(change(
                        before,
                        new MetadataRecord.TopicCreated("elsewhere", elsewhere),
                        new PartitionSet(elsewhere, 0, replicasOn(2, new Replica(2, 4), new Replica(3, 4))))))
                .isEmpty();
    }

    private static MetadataImage withOrders(PartitionState state) {
        return change(threeBrokers(), orders(state)).after();
    }

    private static MetadataRecord set(PartitionState state) {
        return new PartitionSet(ORDERS, 0, state);
    }

    private static PartitionState replicas(Replica... replicas) {
        return replicasOn(1, replicas);
    }

    private static PartitionState replicasOn(int leader, Replica... replicas) {
        return new PartitionState(
                List.of(replicas), List.of(leader), List.of(), leader, 5, 10, leader, PartitionPlan.NONE);
    }

    private static LocalPartition local(int partition, PartitionState state) {
        return new LocalPartition(
                new PartitionId(ORDERS, partition),
                "orders",
                DEFAULTS,
                state,
                state.replicaIds().stream().map(Integer::longValue).toList());
    }

    private static LocalPartition withEpochs(PartitionState state, Long... epochs) {
        return new LocalPartition(ORDERS_0, "orders", DEFAULTS, state, List.of(epochs));
    }

    private static LeaderAddress leader(int id, long epoch) {
        return new LeaderAddress(id, epoch, node(id));
    }
}
