package io.flotilla.model.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.delta.MetadataRecord.BrokerConfigSet;
import io.flotilla.model.delta.MetadataRecord.BrokerRemoved;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.delta.MetadataRecord.ClusterNamed;
import io.flotilla.model.delta.MetadataRecord.FeatureLevelSet;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.ProducerIdsReserved;
import io.flotilla.model.delta.MetadataRecord.RequestAnswered;
import io.flotilla.model.delta.MetadataRecord.TopicConfigSet;
import io.flotilla.model.delta.MetadataRecord.TopicCreated;
import io.flotilla.model.delta.MetadataRecord.TopicRemoved;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerConfigsImage;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.model.wire.MetadataRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final TopicId ORDERS = new TopicId(new UUID(1, 1));
    private static final TopicId GONE = new TopicId(new UUID(1, 2));
    private static final UUID REQUEST = new UUID(7, 7);

    private static final List<MetadataRecord> HISTORY = List.of(
            new ClusterNamed("c1", "h1"),
            new FeatureLevelSet(1),
            new BrokerSet(broker(1, true)),
            new BrokerSet(broker(2, false)),
            new BrokerSet(broker(3, false)),
            new TopicCreated("orders", ORDERS),
            new TopicConfigSet(ORDERS, "min.insync.replicas", Optional.of("1")),
            new TopicConfigSet(ORDERS, "segment.bytes", Optional.of("1048576")),
            new PartitionSet(ORDERS, 0, partition(1, 0)),
            new PartitionSet(ORDERS, 1, partition(2, 0)),
            new PartitionSet(ORDERS, 0, partition(2, 1)),
            new PartitionSet(ORDERS, 2, moving()),
            new BrokerConfigSet(BrokerConfigsImage.ALL, "num.partitions", Optional.of("3")),
            new BrokerConfigSet(2, "cordoned.log.dirs", Optional.of("*")),
            new BrokerConfigSet(1, "follower.replication.throttled.rate", Optional.of("1000")),
            new BrokerConfigSet(1, "follower.replication.throttled.rate", Optional.empty()),
            new TopicCreated("gone", GONE),
            new TopicRemoved(GONE),
            new TopicConfigSet(ORDERS, "segment.bytes", Optional.empty()),
            new BrokerRemoved(3),
            new ProducerIdsReserved(2000),
            new RequestAnswered(REQUEST, new byte[] {1, 2}));

    @Test
    void replayingAllRecordsEqualsLoadingTheSnapshot() {
        MetadataImage replayed = Replay.all(MetadataImage.EMPTY, HISTORY);
        List<MetadataRecord> snapshot = new ArrayList<>();
        Snapshot.records(replayed, snapshot::add);

        MetadataImage loaded = Replay.all(MetadataImage.EMPTY, snapshot);

        assertThat(loaded).usingRecursiveComparison().isEqualTo(replayed);
        assertThat(loaded.topics().named("orders").orElseThrow().partitions())
                .containsExactly(partition(2, 1), partition(2, 0), moving());
        assertThat(loaded.brokerConfigs().byBroker().keySet()).containsExactly(BrokerConfigsImage.ALL, 2);
        assertThat(loaded.brokerConfigs().cordons(2)).isTrue();
        assertThat(loaded.brokerConfigs().cordons(1)).isFalse();
        assertThat(loaded.topics().named("gone")).isEmpty();
        assertThat(loaded.brokers().byId().keySet()).containsExactly(1, 2);
        assertThat(loaded.requests().answer(REQUEST)).hasValue(new byte[] {1, 2});
    }

    @Test
    void everyRecordSurvivesItsMessage() {
        assertThat(HISTORY)
                .allSatisfy(record -> assertThat(MetadataRecords.ofMessage(MetadataRecords.toMessage(record)))
                        .usingRecursiveComparison()
                        .isEqualTo(record));
    }

    @Test
    void aDeltaAppliesOnlyToTheImageThatItFollows() {
        MetadataDelta second = new MetadataDelta(1, 2, List.of(new FeatureLevelSet(1)));

        assertThatThrownBy(() -> second.applyTo(MetadataImage.EMPTY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("follows revision 1");
        assertThat(new MetadataDelta(0, 1, List.of())
                        .applyTo(MetadataImage.EMPTY)
                        .revision())
                .isEqualTo(1);
    }

    private static PartitionState partition(int leader, int epoch) {
        return new PartitionState(
                List.of(new Replica(1, 4), new Replica(2, 4)),
                List.of(leader),
                List.of(3 - leader),
                leader,
                epoch,
                epoch,
                leader,
                PartitionPlan.NONE);
    }

    /** On its way from brokers 1 and 2 to 2 and 5, with 2 to lead next. */
    private static PartitionState moving() {
        return new PartitionState(
                List.of(new Replica(1, 4), new Replica(2, 4), new Replica(5, 9)),
                List.of(1, 2),
                List.of(),
                1,
                3,
                7,
                PartitionState.NO_LEADER,
                new PartitionPlan(List.of(2, 5), List.of(5), 2));
    }

    private static BrokerRegistration broker(int id, boolean fenced) {
        return new BrokerRegistration(
                id,
                new IncarnationId(new UUID(9, id)),
                id,
                Optional.of("rack-" + id),
                Map.of(BrokerRegistration.CLIENT_LISTENER, new Endpoint("localhost", 9092)),
                FeatureRange.CURRENT,
                List.of(),
                fenced,
                false);
    }
}
