package io.flotilla.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.model.image.TopicConfigKey;
import io.flotilla.model.image.TopicImage;
import io.flotilla.sim.world.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LossesTest {
    private static final TopicId TOPIC = new TopicId(new UUID(1, 1));
    private static final PartitionId PARTITION = new PartitionId(TOPIC, 0);
    private static final List<Integer> ALL = List.of(1, 2, 3);

    private final Map<Long, MetadataImage> history = new TreeMap<>();
    private MetadataImage image = MetadataImage.EMPTY;
    private long nowNanos;
    /** Whether the files that are looked at have what was committed. */
    private boolean holdsAll = true;

    private int begunAnew;

    private final Losses losses = new Losses(new Losses.Sight() {
        @Override
        public MetadataImage committed() {
            return image;
        }

        @Override
        public Optional<MetadataImage> at(long revision) {
            return Optional.ofNullable(history.get(revision));
        }

        @Override
        public long nowNanos() {
            return nowNanos;
        }

        @Override
        public boolean holdsAll(int node, PartitionId partition) {
            return holdsAll;
        }

        @Override
        public void beginAnew(PartitionId partition) {
            begunAnew++;
        }
    });

    @BeforeEach
    void threeReplicasAreInSyncAndTwoMustBe() {
        commit(image.withTopics(image.topics()
                .with(TopicImage.empty("t", TOPIC).withPartition(0, state(1, ALL, List.of())))));
        minIsr(2);
        ALL.forEach(this::registers);
    }

    private static PartitionState state(int leader, List<Integer> isr, List<Integer> elr) {
        return new PartitionState(
                Stream.of(1, 2, 3).map(id -> new Replica(id, 1)).toList(),
                isr,
                elr,
                leader,
                1,
                1,
                PartitionState.NO_LEADER,
                PartitionPlan.NONE);
    }

    private void commit(MetadataImage changed) {
        commitUnseen(changed);
        losses.look();
    }

    /** In the middle of an event. */
    private void commitUnseen(MetadataImage changed) {
        image = changed.withRevision(image.revision() + 1);
        history.put(image.revision(), image);
    }

    private void inSync(int leader, List<Integer> isr, List<Integer> elr) {
        TopicImage topic = image.topics().withId(TOPIC).orElseThrow();
        commit(image.withTopics(image.topics().with(topic.withPartition(0, state(leader, isr, elr)))));
    }

    private void minIsr(int minIsr) {
        commit(withMinIsr(minIsr));
    }

    private MetadataImage withMinIsr(int minIsr) {
        TopicImage topic = image.topics()
                .withId(TOPIC)
                .orElseThrow()
                .withConfig(TopicConfigKey.MIN_INSYNC_REPLICAS.key(), Optional.of(Integer.toString(minIsr)));
        return image.withTopics(image.topics().with(topic));
    }

    /** A run of the broker begins to serve. */
    private void registers(int node) {
        long epoch = image.revision() + 1;
        commit(image.withBrokers(image.brokers()
                .with(new BrokerRegistration(
                        node,
                        new IncarnationId(new UUID(node, epoch)),
                        epoch,
                        Optional.empty(),
                        Map.of(),
                        FeatureRange.CURRENT,
                        List.of(),
                        false,
                        false))));
    }

    private void pass(long seconds) {
        nowNanos += seconds * World.SECOND;
        losses.look();
    }

    @Test
    void oneDiskMayBeLostAndNoSecondBesideIt() {
        assertThat(losses.mayDestroy(1, PARTITION)).isTrue();
        losses.replace(1, PARTITION);
        assertThat(losses.mayDestroy(2, PARTITION)).isFalse();
        assertThat(losses.mayStall(PARTITION)).isFalse();
        assertThat(losses.mustKeep(PARTITION)).isTrue();
    }

    @Test
    void aReplicaIsCompleteOnceItsNextRunIsInSync() {
        losses.replace(3, PARTITION);
        inSync(1, List.of(1, 2), List.of());
        registers(3);
        assertThat(losses.isDestroyed(3, PARTITION)).isTrue();
        inSync(1, ALL, List.of());
        assertThat(losses.isDestroyed(3, PARTITION)).isFalse();
    }

    @Test
    void whoStillCountsOnTheRunBeforeProvesNothing() {
        losses.replace(3, PARTITION);
        inSync(1, ALL, List.of());
        assertThat(losses.isDestroyed(3, PARTITION)).isTrue();
    }

    /** Were it not complete then, it could be elected without what was committed. */
    @Test
    void whoMayBeElectedAfterComingBackIsTakenForComplete() {
        inSync(1, List.of(1), List.of(3));
        losses.replace(3, PARTITION);
        assertThat(losses.isDestroyed(3, PARTITION)).isTrue();
        registers(3);
        assertThat(losses.isDestroyed(3, PARTITION)).isFalse();
    }

    @Test
    void aBitOfARunningReplicaIsMendedOnceItHasLeftAndIsBack() {
        losses.spoil(1, PARTITION);
        inSync(1, ALL, List.of());
        assertThat(losses.isDestroyed(1, PARTITION)).isTrue();
        inSync(2, List.of(2, 3), List.of());
        inSync(2, ALL, List.of());
        assertThat(losses.isDestroyed(1, PARTITION)).isFalse();
    }

    @Test
    void aBitThatNobodyHasNoticedStaysInverted() {
        holdsAll = false;
        losses.spoil(1, PARTITION);
        inSync(2, List.of(2, 3), List.of());
        inSync(2, ALL, List.of());
        assertThat(losses.isDestroyed(1, PARTITION)).isTrue();
    }

    @Test
    void aMinimumLoweredAfterALossMayLeaveNobody() {
        losses.replace(1, PARTITION);
        minIsr(1);
        assertThat(losses.mayStall(PARTITION)).isTrue();
    }

    @Test
    void aMinimumThatWasLowForPartOfAnEventCountsToo() {
        losses.replace(1, PARTITION);
        commitUnseen(withMinIsr(1));
        commit(withMinIsr(2));
        assertThat(losses.mayStall(PARTITION)).isTrue();
    }

    @Test
    void twoLossesMayStallASyncedTopicUntilAllHaveBeenInSyncForAWhile() {
        losses.replace(1, PARTITION);
        losses.replace(2, PARTITION);
        assertThat(losses.mayStall(PARTITION)).isTrue();
        registers(1);
        registers(2);
        inSync(3, ALL, List.of());
        pass(11);
        assertThat(losses.mayStall(PARTITION)).isTrue();
        pass(2);
        assertThat(losses.mayStall(PARTITION)).isFalse();
        assertThat(begunAnew).isZero();
    }
}
