package io.flotilla.broker.metadata;

import io.flotilla.model.delta.MetadataDelta;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.delta.MetadataRecord.ClusterNamed;
import io.flotilla.model.delta.MetadataRecord.FeatureLevelSet;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.TopicCreated;
import io.flotilla.model.delta.Replay;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Words for the metadata of a small cluster. */
public final class Cluster {
    public static final TopicId ORDERS = new TopicId(new UUID(1, 1));
    public static final PartitionId ORDERS_0 = new PartitionId(ORDERS, 0);

    private Cluster() {}

    /** History h1 of cluster c1, with brokers 1, 2, 3, each in its first run, at revision 3. */
    public static MetadataImage threeBrokers() {
        return image(
                3,
                new ClusterNamed("c1", "h1"),
                new FeatureLevelSet(1),
                new BrokerSet(broker(1, 1)),
                new BrokerSet(broker(2, 2)),
                new BrokerSet(broker(3, 3)));
    }

    public static MetadataImage image(long revision, MetadataRecord... records) {
        return Replay.all(MetadataImage.EMPTY, List.of(records)).withRevision(revision);
    }

    public static MetadataChange change(MetadataImage before, MetadataRecord... records) {
        MetadataDelta delta = new MetadataDelta(before.revision(), before.revision() + 1, List.of(records));
        return new MetadataChange(before, delta.applyTo(before), Optional.of(delta));
    }

    /** Topic orders, with the partitions given. */
    public static MetadataRecord[] orders(PartitionState... partitions) {
        return topic("orders", ORDERS, partitions);
    }

    public static MetadataRecord[] topic(String name, TopicId id, PartitionState... partitions) {
        List<MetadataRecord> records = new ArrayList<>();
        records.add(new TopicCreated(name, id));
        for (int number = 0; number < partitions.length; number++) {
            records.add(new PartitionSet(id, number, partitions[number]));
        }
        return records.toArray(MetadataRecord[]::new);
    }

    /** A partition on brokers 1, 2, 3, assigned at revision 4 and all in sync. */
    public static PartitionState led(int leader, int leaderEpoch, int partitionEpoch) {
        return new PartitionState(
                List.of(new Replica(1, 4), new Replica(2, 4), new Replica(3, 4)),
                List.of(1, 2, 3),
                List.of(),
                leader,
                leaderEpoch,
                partitionEpoch,
                leader,
                PartitionPlan.NONE);
    }

    /** Run {@code epoch} of a broker, unfenced. */
    public static BrokerRegistration broker(int id, long epoch) {
        return new BrokerRegistration(
                id,
                run(epoch),
                epoch,
                Optional.empty(),
                Map.of(
                        BrokerRegistration.CLIENT_LISTENER,
                        new Endpoint("client" + id, 9092),
                        BrokerRegistration.INTERNAL_LISTENER,
                        node(id)),
                FeatureRange.CURRENT,
                List.of(),
                false,
                false);
    }

    public static IncarnationId run(long epoch) {
        return new IncarnationId(new UUID(9, epoch));
    }

    public static Endpoint node(int id) {
        return new Endpoint("node" + id, 9093);
    }
}
